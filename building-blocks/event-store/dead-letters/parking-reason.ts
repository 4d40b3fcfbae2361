/** Between the reason and the place in the text that is stored with a parked message. */
const FRAME_MARK = '\n    at ';

/** Anything that looks like an address: errors may quote what they choked on. */
const ADDRESS = /[^\s"'<>(),;:@]{1,64}@[^\s"'<>(),;:@]{1,255}/g;

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
    reason: (mark < 0 ? whole : whole.slice(0, mark)).replaceAll(ADDRESS, '[address]'),
    frame: mark < 0 ? undefined : whole.slice(mark + FRAME_MARK.length),
  };
};
