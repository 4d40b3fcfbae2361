import type { RepairNote } from '../../domain/findings.ts';

/** An ampersand that begins neither one of XML's five entities nor a character reference. */
const BARE = /&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[\da-fA-F]{1,6});)/g;

/** `&#x10FFFF;` is the longest reference there is: an ampersand closer to the end than that must wait for more. */
const REFERENCE_LENGTH_MAX = 10;

export type AmpersandMender = {
  /** The text with bare ampersands escaped; its last few characters may come with the next call. */
  readonly mend: (text: string) => string;
  /** What was held back. */
  readonly end: () => string;
  readonly repairs: () => readonly RepairNote[];
};

/**
 * BrickLink's downloads hold remarks with bare `&` and with HTML entities, which no XML reader takes. Escaped, they
 * are text; and since entities are never declared, none can be meant.
 */
export const ampersandMender = (): AmpersandMender => {
  let held = '';
  let line = 1;
  let notes: RepairNote[] = [];

  const mendWhole = (text: string): string => {
    let at = 0;
    const result = text.replace(BARE, (_, offset: number) => {
      for (; at < offset; at += 1) if (text.charCodeAt(at) === 10) line += 1;
      notes.push({ code: 'ampersand-escaped', line });
      return '&amp;';
    });
    for (; at < text.length; at += 1) if (text.charCodeAt(at) === 10) line += 1;
    return result;
  };

  return {
    mend: (text) => {
      const whole = held + text;
      const last = whole.lastIndexOf('&');
      const cut = last !== -1 && whole.length - last < REFERENCE_LENGTH_MAX ? last : whole.length;
      held = whole.slice(cut);
      return mendWhole(whole.slice(0, cut));
    },
    end: () => {
      const rest = held;
      held = '';
      return mendWhole(rest);
    },
    repairs: () => {
      const now = notes;
      notes = [];
      return now;
    },
  };
};
