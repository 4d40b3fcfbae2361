/**
 * Line breaks and other controls, halves of surrogate pairs, and the controls that reverse text: with them a name reads
 * as another one, or as several lines. Joiners stay, since emoji and some scripts need them.
 */
const MISLEADING = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u061C\u200B\u200E\u200F\u202A-\u202E\u2060-\u206F\uFEFF]/gu;

/** A file name made safe for a line of text; `file` when nothing of it is left. */
export const displayName = (name: string): string => {
  const visible = name.replace(MISLEADING, '').trim();
  return visible === '' ? 'file' : visible;
};
