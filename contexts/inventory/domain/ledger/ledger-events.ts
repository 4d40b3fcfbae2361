import type { Brand, Instant, Message, UserId } from '@lego-moc/kernel/message';
import type { Place } from '../stock/holding-events.ts';
import type { FileLine, Finding } from './ledger-lines.ts';

export type LedgerImportId = Brand<string, 'LedgerImportId'>;

type Subject = { readonly importId: LedgerImportId; readonly owner: UserId; readonly at: Instant };

/**
 * A builder asked for a ledger to be replayed into a place; its lines follow in `parts`, sorted by day. Asked again after
 * the import was undone, it begins anew.
 */
export type LedgerImportRequested = Message<
  'LedgerImportRequested',
  Subject & { place: Place; lines: number; parts: number }
>;

/** A part of the lines arrived; the first is 0. */
export type LedgerPartReceived = Message<'LedgerPartReceived', Subject & { part: number; lines: readonly FileLine[] }>;

/** The lines of a part count from now on, were known, or are findings. `entryId` is that of its lines in the place. */
export type LedgerPartReplayed = Message<
  'LedgerPartReplayed',
  Subject & { part: number; entryId: string; entered: number; known: number; findings: readonly Finding[] }
>;

export type LedgerStopReason = 'incomplete' | 'holding-full' | 'inventory-full' | 'overdue';

/** The import ended before its last part; what was entered until then is there. */
export type LedgerImportStopped = Message<'LedgerImportStopped', Subject & { reason: LedgerStopReason }>;

/** The builder asked for the import to be undone. */
export type LedgerUndoRequested = Message<'LedgerUndoRequested', Subject>;

/** All entries of the import were reversed. `lackingPieces` had left the place before. */
export type LedgerImportUndone = Message<'LedgerImportUndone', Subject & { pieces: number; lackingPieces: number }>;

/** The account of the owner was erased. */
export type LedgerImportErased = Message<'LedgerImportErased', { readonly at: Instant }>;

export type LedgerEvent =
  | LedgerImportRequested
  | LedgerPartReceived
  | LedgerPartReplayed
  | LedgerImportStopped
  | LedgerUndoRequested
  | LedgerImportUndone
  | LedgerImportErased;
