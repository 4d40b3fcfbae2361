import type { Brand, Instant, Message, UserId } from '@lego-moc/kernel/message';
import type { LedgerLine } from '../ledger/ledger-lines.ts';
import type { LotQuantity } from '../lots.ts';

export type HoldingId = Brand<string, 'HoldingId'>;

/** A place of a builder's own pieces. `location` is the builder's name for it; null for pieces that lie anywhere. */
export type Place = { readonly holdingId: HoldingId; readonly location: string | null };

type Subject = { readonly holdingId: HoldingId; readonly owner: UserId; readonly at: Instant };

/** An entry of the journal. The same entry is never recorded twice. */
type JournalEntry = Subject & {
  readonly entryId: string;
  readonly reason: string;
  readonly lots: readonly LotQuantity[];
};

/** A builder put pieces into a place for the first time. */
export type HoldingOpened = Message<'HoldingOpened', Subject & { location: string | null }>;

/** Pieces came in; negative quantities left. `day` is the day it happened, when that was not the day of recording. */
export type StockEntered = Message<'StockEntered', JournalEntry & { day: string | null }>;

/** Pieces were counted: the quantities are the differences from what was on record. */
export type StockCorrected = Message<'StockCorrected', JournalEntry>;

/** Pieces left for another place, where they arrive under the same entry id. */
export type StockMovedOut = Message<'StockMovedOut', JournalEntry & { to: Place }>;

/** The pieces that left arrived at the other place. */
export type MoveCompleted = Message<'MoveCompleted', Subject & { entryId: string }>;

/** The other place did not take the pieces of a move: they are back. */
export type MoveReturned = Message<'MoveReturned', JournalEntry & { returnedEntryId: string }>;

/** Pieces arrived from another place. */
export type StockMovedIn = Message<'StockMovedIn', JournalEntry & { from: Place }>;

/** The counter-entry of an earlier entry: the quantities are the opposite of that one's. */
export type EntryReversed = Message<'EntryReversed', JournalEntry & { reversedEntryId: string }>;

/** Transactions of a ledger that was imported, each on its own day; `lots` are their sums. */
export type LedgerEntered = Message<'LedgerEntered', JournalEntry & { lines: readonly LedgerLine[] }>;

/** The account of the owner was erased. The holding takes no command from then on. */
export type HoldingErased = Message<'HoldingErased', { readonly at: Instant }>;

export type JournalEvent =
  StockEntered | StockCorrected | StockMovedOut | StockMovedIn | MoveReturned | EntryReversed | LedgerEntered;
export type HoldingEvent = HoldingOpened | JournalEvent | MoveCompleted | HoldingErased;
