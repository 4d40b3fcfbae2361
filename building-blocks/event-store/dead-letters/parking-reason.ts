/** Between the reason and the place in the text that is stored with a parked message. */
const FRAME_MARK = '\n    at ';

/** Between the words of a reason. */
const SEPARATOR = /([\s"'<>(),;])/;

/** Errors may quote what they choked on: a word that may be an address is left out. */
const withoutAddresses = (text: string): string =>
  text
    .split(SEPARATOR)
    .map((word) => (word.includes('@') ? '[address]' : word))
    .join('');

/** What the client of the store writes before a reason. */
const PREFIX = /^Client explicitly NAK'ed message\.\r?\n/;

export type ParkingReason = {
  /** Name and message of the error, without addresses. */
  readonly reason: string;
  /** The first place in the platform's own code, where one is known. */
  readonly frame: string | undefined;
};

/** The text that is stored with a parked message. */
export const formatReason = (reason: string, frame: string | undefined): string =>
  frame === undefined ? reason : `${reason}${FRAME_MARK}${frame}`;

/** Reads what `formatReason` wrote, or any other text that a store has. */
export const parseReason = (text: string): ParkingReason => {
  const whole = text.replace(PREFIX, '');
  const mark = whole.lastIndexOf(FRAME_MARK);
  return {
    reason: withoutAddresses(mark < 0 ? whole : whole.slice(0, mark)),
    frame: mark < 0 ? undefined : whole.slice(mark + FRAME_MARK.length),
  };
};
