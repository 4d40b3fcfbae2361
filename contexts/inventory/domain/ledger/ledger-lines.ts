import type { LotKey } from '../lots.ts';

/** A transaction of a ledger: pieces came in, or left with a negative `quantity`, on a day. */
export type LedgerLine = {
  /** Follows from the id that the ledger gives the line, or from its content. */
  readonly lineId: string;
  readonly day: string;
  readonly lot: LotKey;
  readonly quantity: number;
  /** Where the pieces came from or went, as the ledger says it. */
  readonly note: string;
};

/** Why a line was left out; all others count. */
export const findingReasons = [
  'date-unreadable',
  'kind-unknown',
  'piece-unreadable',
  'quantity-unreadable',
  'text-too-long',
  'day-in-future',
  'id-reused',
  'not-enough-pieces',
] as const;
export type FindingReason = (typeof findingReasons)[number];

/** A line of the file that was left out. `available` is how many pieces there were at most from its day on. */
export type Finding = { readonly line: number; readonly reason: FindingReason; readonly available: number | null };

/** A line of the file as it was read: a transaction, or why it is none. */
export type FileLine = { readonly line: number; readonly content: LedgerLine | FindingReason };
