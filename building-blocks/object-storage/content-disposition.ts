import { create } from 'content-disposition';

/** Longer names are cut: 255 bytes is the limit of file systems. */
const NAME_LENGTH_MAX = 150;

/** Line breaks would end the header; bidirectional controls make `exe.fdp` read as `pdf.exe`. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
const UNSAFE_CHARACTERS = /[/\\:*?"<>|]/gu;

/** The name made safe for the reader's disk: one segment, nothing invisible, no leading dots. */
export const safeFileName = (name: string): string => {
  const safeName = name
    .toWellFormed()
    .replace(INVISIBLE, '')
    .replace(UNSAFE_CHARACTERS, '_')
    .replace(/^[\s.]+|(?<![\s.])[\s.]+$/gu, '');
  const cut = Array.from(safeName).slice(0, NAME_LENGTH_MAX).join('').trimEnd();
  return cut === '' ? 'file' : cut;
};

/**
 * The value of a Content-Disposition header (RFC 6266): saved under this name, in full for readers that know the
 * extended form, in ASCII for the others. Safe whatever the name contains.
 */
export const attachmentDisposition = (name: string): string => {
  const safe = safeFileName(name);
  return create(safe, { fallback: safe.replace(/[^\x20-\x7e]|%/gu, '_') });
};
