/** Longer names are cut: 255 bytes is what file systems take. */
const NAME_LENGTH_MAX = 150;

/** Line breaks would end the header; bidirectional controls make `exe.fdp` read as `pdf.exe`. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
const PATH_OR_RESERVED = /[/\\:*?"<>|]/gu;

/** The name as a file on the reader's disk may carry it: one segment, nothing invisible, no leading dots. */
export const safeFileName = (name: string): string => {
  const cleaned = name
    .toWellFormed()
    .replace(INVISIBLE, '')
    .replace(PATH_OR_RESERVED, '_')
    .replace(/^[\s.]+|(?<![\s.])[\s.]+$/gu, '');
  const cut = Array.from(cleaned).slice(0, NAME_LENGTH_MAX).join('').trimEnd();
  return cut === '' ? 'file' : cut;
};

/** RFC 8187 leaves these out of what `encodeURIComponent` does. */
const extendedValue = (text: string): string =>
  encodeURIComponent(text).replace(/['()*]/gu, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

/**
 * The value of a Content-Disposition header (RFC 6266): saved under this name, in full for readers that know the
 * extended form, in ASCII for the others. Safe whatever the name contains.
 */
export const attachmentDisposition = (name: string): string => {
  const safe = safeFileName(name);
  const ascii = safe.replace(/[^\x20-\x7e]|%/gu, '_');
  return `attachment; filename="${ascii}"; filename*=UTF-8''${extendedValue(safe)}`;
};
