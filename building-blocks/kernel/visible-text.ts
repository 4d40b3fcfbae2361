/** Letters by their category that show nothing: fillers of Hangul, and the blank of Braille. */
const BLANK = /[\u115F\u1160\u3164\uFFA0\u2800]/gu;
const VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/u;

/** Whether a text shows anything: it does not consist of spaces, zero-width and control characters only. */
export const hasVisibleCharacter = (text: string): boolean => VISIBLE.test(text.replaceAll(BLANK, ''));

/** Controls that reverse the text around them, and spaces without width. Joiners stay: emoji and some scripts need them. */
const MISLEADING = /[\u061C\u200B\u200E\u200F\u202A-\u202E\u2060-\u206F\uFEFF]/u;

/** Whether a text reads as another one than it is. */
export const hasMisleadingControl = (text: string): boolean => MISLEADING.test(text);

/** For schemas of texts that others read: what they demand, and what they say of a text that does not meet it. */
export const hasNoMisleadingControl = (text: string): boolean => !hasMisleadingControl(text);
export const MISLEADING_CONTROL_DETAIL = 'has a zero-width character or one that changes the direction of text';
