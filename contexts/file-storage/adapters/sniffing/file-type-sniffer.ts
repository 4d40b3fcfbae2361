import { fileTypeFromBuffer } from 'file-type';
import type { MediaTypeSniffer } from '../../application/ports/media-type-sniffer.ts';
import { textKind } from '../../domain/text-kind.ts';

const UNKNOWN = 'application/octet-stream';

/** Text is told by our own rules, everything else by its magic bytes. */
export const fileTypeSniffer: MediaTypeSniffer = async (head, name) => {
  const text = textKind(head, name);
  // A PDF may begin with nothing but text.
  if (text !== undefined && !startsWithPdf(head)) return text;
  try {
    return (await fileTypeFromBuffer(head))?.mime ?? UNKNOWN;
  } catch {
    // Its parsers give up on what only begins like the kind that they look for.
    return UNKNOWN;
  }
};

const startsWithPdf = (head: Uint8Array): boolean => Buffer.from(head.subarray(0, 5)).toString('latin1') === '%PDF-';
