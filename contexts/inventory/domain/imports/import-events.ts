import type { Brand, Instant, Message, UserId } from '@lego-moc/kernel/message';
import type { Place } from '../stock/holding-events.ts';

export type ImportId = Brand<string, 'ImportId'>;

type Subject = { readonly importId: ImportId; readonly owner: UserId; readonly at: Instant };

/** A builder asked for the lots of a job to be put into a place. Asked again after the import was undone, it begins anew. */
export type ImportRequested = Message<'ImportRequested', Subject & { jobId: string; place: Place }>;

/**
 * A page of the job's lots was entered under `entryId`. `skippedLots` could not be read, or are no pieces. `nextCursor`
 * is null on the last page.
 */
export type PageImported = Message<
  'PageImported',
  Subject & { entryId: string; lots: number; pieces: number; skippedLots: number; nextCursor: number | null }
>;

export type StopReason = 'job-gone' | 'holding-full' | 'too-many-pages' | 'overdue';

/** The import ended before its last page; what was entered until then is there. */
export type ImportStopped = Message<'ImportStopped', Subject & { reason: StopReason }>;

/** The builder asked for the import to be undone. */
export type ImportUndoRequested = Message<'ImportUndoRequested', Subject>;

/** All entries of the import were reversed. `lackingPieces` had left the place before. */
export type ImportUndone = Message<'ImportUndone', Subject & { pieces: number; lackingPieces: number }>;

/** The account of the owner was erased. */
export type ImportErased = Message<'ImportErased', { readonly at: Instant }>;

export type ImportEvent =
  ImportRequested | PageImported | ImportStopped | ImportUndoRequested | ImportUndone | ImportErased;
