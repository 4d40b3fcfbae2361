/** Letters by their category that show nothing: fillers of Hangul, and the blank of Braille. */
const BLANK = /[\u115F\u1160\u3164\uFFA0\u2800]/gu;
const VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/u;

/** Whether a text shows anything: it does not consist of spaces, zero-width and control characters only. */
export const hasVisibleCharacter = (text: string): boolean => VISIBLE.test(text.replaceAll(BLANK, ''));
