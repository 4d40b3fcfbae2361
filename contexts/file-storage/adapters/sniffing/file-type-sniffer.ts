import { fileTypeFromBuffer } from 'file-type';
import type { MediaTypeSniffer } from '../../application/ports/media-type-sniffer.ts';
import { textKind } from '../../domain/text-kind.ts';

const UNKNOWN = 'application/octet-stream';

/** TIFF and BigTIFF, in either byte order. */
const TIFF_SIGNATURES = new Set(['49492a00', '4d4d002a', '49492b00', '4d4d002b']);

const signatureOf = (head: Uint8Array): Buffer => Buffer.from(head.subarray(0, 5));

const isPdf = (head: Uint8Array): boolean => signatureOf(head).toString('latin1') === '%PDF-';

/** Most programs write a TIFF's directory behind its pixels, where `file-type` looks for it and this head ends. */
const isTiff = (head: Uint8Array): boolean => TIFF_SIGNATURES.has(signatureOf(head).toString('hex', 0, 4));

const binaryKind = async (head: Uint8Array): Promise<string | undefined> => {
  try {
    return (await fileTypeFromBuffer(head))?.mime;
  } catch {
    // Its parsers throw on content that only begins like the format they know.
    return undefined;
  }
};

/** Detects text by our own rules, everything else by its magic bytes. */
export const fileTypeSniffer: MediaTypeSniffer = async (head, name) => {
  const text = textKind(head, name);
  // A PDF may begin with nothing but text.
  if (text !== undefined && !isPdf(head)) return text;
  return (await binaryKind(head)) ?? (isTiff(head) ? 'image/tiff' : UNKNOWN);
};
