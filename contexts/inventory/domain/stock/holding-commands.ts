import type { Decision } from '@lego-moc/kernel/decider';
import type { Instant, Message, UserId } from '@lego-moc/kernel/message';
import type { LedgerLine } from '../ledger/ledger-lines.ts';
import type { LotQuantity } from '../lots.ts';
import type { HoldingEvent, Place } from './holding-events.ts';

type Entry = {
  readonly by: UserId;
  readonly at: Instant;
  readonly entryId: string;
  readonly reason: string;
  readonly lots: readonly LotQuantity[];
};

/**
 * Puts pieces in, and takes out those with a negative quantity. `partially` is for pieces that a build took or returns: as
 * far as they are on record, and into a full place as well.
 */
export type EnterStock = Message<'EnterStock', Entry & { place: Place; day: string | null; partially?: boolean }>;
/** Records transactions of a ledger; `lots` are those of its lines. */
export type EnterLedger = Message<'EnterLedger', Entry & { place: Place; lines: readonly LedgerLine[] }>;
/** Sets lots to the quantities that were counted; other lots stay as they are. */
export type CorrectStock = Message<'CorrectStock', Entry & { place: Place }>;
/** Takes pieces out for another place. */
export type SendStock = Message<'SendStock', Entry & { to: Place }>;
/** Puts in what another place has sent. */
export type ReceiveStock = Message<'ReceiveStock', Entry & { place: Place; from: Place }>;
/** Says how a move ended: the other place took the pieces, or it did not and they come back. */
export type CloseMove = Message<'CloseMove', { by: UserId; at: Instant; entryId: string; hasArrived: boolean }>;
/**
 * Takes an entry back by its counter-entry; `lots` are those of the entry. With `partially`, as far as its pieces are
 * still there, and into a full place as well.
 */
export type ReverseEntry = Message<'ReverseEntry', Entry & { reversedEntryId: string; partially: boolean }>;
export type EraseHolding = Message<'EraseHolding', { readonly at: Instant }>;

export type OpeningCommand = EnterStock | EnterLedger | CorrectStock | ReceiveStock;
export type EntryCommand = OpeningCommand | SendStock | ReverseEntry;
export type HoldingCommand = EntryCommand | CloseMove | EraseHolding;

export type HoldingRejection = 'holding-not-found' | 'owner-erased' | 'not-enough-pieces' | 'holding-full';

export type HoldingDecision = Decision<HoldingEvent, HoldingRejection>;
