import type { Brand, Instant, Message, UserId } from '@lego-moc/kernel/message';
import type { DisputedScheme } from './colour-scheme.ts';
import type { ColumnReason } from './column-guess.ts';
import type { ColumnMapping } from './column-mapping.ts';
import type { Composition } from './composition.ts';
import type { Findings, ListTotals, Opening, Resolution } from './findings.ts';

export type JobId = Brand<string, 'JobId'>;
/** One run of reading a file; a crash leads to another one. */
export type AttemptId = Brand<string, 'AttemptId'>;

export type FailureCode =
  | 'empty-file'
  | 'html-instead-of-parts-list'
  | 'format-not-supported'
  | 'columns-unknown'
  | 'document-type-refused'
  | 'xml-malformed'
  | 'file-cut-off'
  | 'model-recursive'
  | 'csv-malformed'
  | 'encoding-unreadable'
  | 'line-too-long'
  | 'too-many-lots'
  | 'no-lots'
  | 'file-not-found'
  | 'parsing-overdue'
  | 'parsing-keeps-failing';

/** Why a file could not be read, in a word for programs and a sentence for people, and the place in the file. */
export type Failure = {
  readonly code: FailureCode;
  readonly detail: string;
  readonly line?: number | undefined;
  readonly column?: number | undefined;
  readonly field?: string | undefined;
};

/** The totals of the file if its colour ids are those of `colourScheme`. */
export type Reading = {
  readonly colourScheme: DisputedScheme;
  readonly lots: number;
  readonly pieces: number;
  readonly unknownColours: number;
  /** Lots that fit this reading and not the other one. */
  readonly supportingLots: number;
};

/** The question what the columns of a table mean: how many there are, their names where it has any, and a guess. */
export type ColumnQuestion = {
  readonly columns: number;
  readonly header: readonly string[];
  readonly guess: ColumnMapping;
  readonly reasons: readonly ColumnReason[];
};

/** What is not certain about a file: whose colour ids it uses, or what its columns mean. */
export type OpenQuestion = {
  readonly readings: readonly Reading[];
  readonly columns?: ColumnQuestion | undefined;
  /** The kind of file that an answer is remembered for; absent in questions of older releases. */
  readonly kind?: string | undefined;
};

/** The owner of the file and the purpose of its lots. */
export type Submission = {
  readonly jobId: JobId;
  readonly fileId: string;
  readonly fileName: string;
  readonly mocId: string;
  readonly partsListId: string;
  readonly owner: UserId;
};

/** What a person decided about a file. */
export type FileDecisions = {
  readonly colourScheme?: DisputedScheme | undefined;
  readonly columns?: ColumnMapping | undefined;
};

/** A stored file was handed in to be read as a parts list; of a copy with what was decided about the original. */
export type FileSubmitted = Message<'FileSubmitted', Submission & FileDecisions & { readonly submittedAt: Instant }>;

/** Reading began, or began anew because an earlier attempt broke off without an outcome. */
export type ParsingStarted = Message<'ParsingStarted', { jobId: JobId; attemptId: AttemptId; startedAt: Instant }>;

/** The attempt broke off, and the file is the likely reason: its reader was lost, or met with a bug. */
export type AttemptFailed = Message<'AttemptFailed', { jobId: JobId; attemptId: AttemptId; failedAt: Instant }>;

/** Nothing was heard of the attempt for so long that it is taken for dead; the file waits for another one. */
export type AttemptAbandoned = Message<
  'AttemptAbandoned',
  { jobId: JobId; attemptId: AttemptId; abandonedAt: Instant }
>;

/** The file was read to its end and every lot in it was checked against the catalogue. */
export type ParsingCompleted = Message<
  'ParsingCompleted',
  { jobId: JobId; attemptId: AttemptId; findings: Findings; completedAt: Instant }
>;

/** A later release of the catalogue knows some of the lots that were unknown; these are the unknown ones left. */
export type LotsResolved = Message<
  'LotsResolved',
  {
    jobId: JobId;
    attemptId: AttemptId;
    resolution: Resolution;
    unknownParts: Findings['unknownParts'];
    unknownColours: Findings['unknownColours'];
    composition: Composition;
  }
>;

/**
 * The owner had sets and minifigs of the list replaced by what is in them. `attemptId` names the lots of the list as it
 * is since then; these are its totals.
 */
export type SetsOpened = Message<
  'SetsOpened',
  {
    jobId: JobId;
    attemptId: AttemptId;
    opening: Opening;
    totals: ListTotals;
    composition: Composition;
    openedBy: string;
  }
>;

/** The file cannot be read as it is. */
export type ParsingFailed = Message<'ParsingFailed', { jobId: JobId; failure: Failure; failedAt: Instant }>;

/** The file was opened, but its colour ids may be those of two schemes, or its columns mean several things. */
export type DecisionNeeded = Message<
  'DecisionNeeded',
  OpenQuestion & { readonly jobId: JobId; readonly attemptId: AttemptId; readonly needsDecisionSince: Instant }
>;

/** The owner decided what the columns of the table mean; it is read once more. */
export type ColumnsDecided = Message<
  'ColumnsDecided',
  { jobId: JobId; columns: ColumnMapping; decidedBy: string; decidedAt: Instant }
>;

/** The owner decided whose colour ids the file uses; it is read once more. */
export type ColourSchemeDecided = Message<
  'ColourSchemeDecided',
  { jobId: JobId; colourScheme: DisputedScheme; decidedBy: string; decidedAt: Instant }
>;

/** The owner wants the file read no further; nothing of it is left. */
export type JobCancelled = Message<'JobCancelled', { jobId: JobId; cancelledBy: string; cancelledAt: Instant }>;

/** The parts list or its MOC was deleted, or the list replaced, so the lots cannot be requested any more. */
export type JobWithdrawn = Message<'JobWithdrawn', { jobId: JobId; withdrawnAt: Instant }>;

export type FileJobEvent =
  | FileSubmitted
  | ParsingStarted
  | AttemptFailed
  | AttemptAbandoned
  | ParsingCompleted
  | LotsResolved
  | SetsOpened
  | ParsingFailed
  | DecisionNeeded
  | ColumnsDecided
  | ColourSchemeDecided
  | JobCancelled
  | JobWithdrawn;
