import type { Brand, Instant, Message, UserId } from '@lego-moc/kernel/message';
import type { Findings } from './findings.ts';

export type JobId = Brand<string, 'JobId'>;
/** One go at reading a file; a new one begins when the last one broke off. */
export type AttemptId = Brand<string, 'AttemptId'>;

export type FailureCode =
  | 'empty-file'
  | 'html-instead-of-parts-list'
  | 'format-not-supported'
  | 'columns-unknown'
  | 'document-type-refused'
  | 'xml-malformed'
  | 'csv-malformed'
  | 'encoding-unreadable'
  | 'line-too-long'
  | 'too-many-lots'
  | 'no-lots'
  | 'file-not-found'
  | 'parsing-overdue'
  | 'parsing-keeps-failing';

/** Why a file could not be read, in a word for programs and a sentence for people; `line` where it went wrong. */
export type Failure = { readonly code: FailureCode; readonly detail: string; readonly line?: number | undefined };

/** Whose file it is and what its lots are for. */
export type Submission = {
  readonly jobId: JobId;
  readonly fileId: string;
  readonly fileName: string;
  readonly mocId: string;
  readonly partsListId: string;
  readonly owner: UserId;
};

/** A stored file was handed in to be read as a parts list. */
export type FileSubmitted = Message<'FileSubmitted', Submission & { readonly submittedAt: Instant }>;

/** Reading began, or began anew because an earlier attempt broke off without an outcome. */
export type ParsingStarted = Message<'ParsingStarted', { jobId: JobId; attemptId: AttemptId; startedAt: Instant }>;

/** The file was read to its end and every lot in it was checked against the catalogue. */
export type ParsingCompleted = Message<
  'ParsingCompleted',
  { jobId: JobId; attemptId: AttemptId; findings: Findings; completedAt: Instant }
>;

/** The file cannot be read as it is. */
export type ParsingFailed = Message<'ParsingFailed', { jobId: JobId; failure: Failure; failedAt: Instant }>;

export type FileJobEvent = FileSubmitted | ParsingStarted | ParsingCompleted | ParsingFailed;
