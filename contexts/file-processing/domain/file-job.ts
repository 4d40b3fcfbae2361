import { reject, unreachable, type Decider, type Decision } from '@lego-moc/kernel/decider';
import type { Instant, Message } from '@lego-moc/kernel/message';
import type { DisputedScheme } from './colour-scheme.ts';
import { fitsTable, isSameMapping, type ColumnMapping } from './column-mapping.ts';
import type { AttemptId, Failure, FileJobEvent, OpenQuestion, Submission } from './file-job-events.ts';
import type { Findings } from './findings.ts';

export type SubmitFile = Message<'SubmitFile', Submission & { readonly at: Instant }>;
export type StartParsing = Message<'StartParsing', { attemptId: AttemptId; at: Instant }>;
export type CompleteParsing = Message<'CompleteParsing', { attemptId: AttemptId; findings: Findings; at: Instant }>;
export type FailParsing = Message<'FailParsing', { attemptId: AttemptId; failure: Failure; at: Instant }>;
export type AskForDecision = Message<
  'AskForDecision',
  OpenQuestion & { readonly attemptId: AttemptId; readonly at: Instant }
>;
/** `colourScheme` is set when the owner decides it at the same time. */
export type DecideColumns = Message<
  'DecideColumns',
  { columns: ColumnMapping; colourScheme?: DisputedScheme | undefined; by: string; at: Instant }
>;
export type DecideColourScheme = Message<
  'DecideColourScheme',
  { colourScheme: DisputedScheme; by: string; at: Instant }
>;
export type CancelJob = Message<'CancelJob', { by: string; at: Instant }>;
export type WithdrawJob = Message<'WithdrawJob', { at: Instant }>;
export type FileJobCommand =
  | SubmitFile
  | StartParsing
  | CompleteParsing
  | FailParsing
  | AskForDecision
  | DecideColumns
  | DecideColourScheme
  | CancelJob
  | WithdrawJob;

export type FileJobRejection =
  | 'job-not-found'
  | 'job-id-taken'
  | 'job-over'
  | 'job-withdrawn'
  | 'attempt-superseded'
  | 'decision-not-needed'
  | 'column-missing';

type SubmissionFields = {
  readonly submission: Submission;
  readonly submittedAt: Instant;
  /** As a person decided them. */
  readonly colourScheme?: DisputedScheme | undefined;
  readonly columns?: ColumnMapping | undefined;
  /** The kind of file that these decisions are remembered for. */
  readonly kind?: string | undefined;
};
type Parsing = SubmissionFields & { readonly attemptId: AttemptId; readonly attempts: number };

export type FileJob =
  | { readonly status: 'absent' }
  | ({ readonly status: 'queued' } & SubmissionFields)
  | ({ readonly status: 'parsing' } & Parsing)
  | ({ readonly status: 'needs-decision'; readonly question: OpenQuestion } & SubmissionFields)
  | ({ readonly status: 'completed'; readonly findings: Findings } & Parsing)
  | ({ readonly status: 'failed'; readonly failure: Failure } & SubmissionFields)
  | ({ readonly status: 'cancelled' } & SubmissionFields)
  | ({ readonly status: 'withdrawn' } & SubmissionFields);

type Existing = Exclude<FileJob, { status: 'absent' }>;
/** Every status but `withdrawn`, in which every command is refused. */
type Active = Exclude<Existing, { status: 'withdrawn' }>;
type FileJobDecision = Decision<FileJobEvent, FileJobRejection>;

/**
 * A file that crashes its reader three times is the likely reason for it. One less than a subscription delivers a
 * message, so that the last delivery can still say so.
 */
export const ATTEMPTS_MAX = 3;

/** Whether a job may begin only one more attempt. */
export const isLastAttempt = (job: FileJob): boolean => job.status === 'parsing' && job.attempts >= ATTEMPTS_MAX - 1;

const decide = (command: FileJobCommand, job: FileJob): FileJobDecision => {
  if (command.type === 'SubmitFile') return submit(command, job);
  if (job.status === 'absent') return reject('job-not-found', 'There is no such job.');
  if (command.type === 'WithdrawJob') return withdraw(command, job);
  if (job.status === 'withdrawn') return reject('job-withdrawn', 'This parts list was deleted or replaced.');

  switch (command.type) {
    case 'StartParsing':
      return start(command, job);
    case 'CompleteParsing':
      return complete(command, job);
    case 'FailParsing':
      return fail(command, job);
    case 'AskForDecision':
      return askForDecision(command, job);
    case 'DecideColumns':
      return decideColumns(command, job);
    case 'DecideColourScheme':
      return decideColourScheme(command, job);
    case 'CancelJob':
      return cancel(command, job);
    default:
      return unreachable(command);
  }
};

const sameSubmission = (some: Submission, other: Submission): boolean =>
  some.fileId === other.fileId &&
  some.owner === other.owner &&
  some.mocId === other.mocId &&
  some.partsListId === other.partsListId;

const submit = ({ data: { at, ...submission } }: SubmitFile, job: FileJob): FileJobDecision => {
  if (job.status === 'absent') return [{ type: 'FileSubmitted', data: { ...submission, submittedAt: at } }];
  return sameSubmission(submission, job.submission)
    ? []
    : reject('job-id-taken', 'That id names a job for another file.');
};

const start = ({ data: { attemptId, at } }: StartParsing, job: Active): FileJobDecision => {
  if (job.status !== 'queued' && job.status !== 'parsing') return rejectOver();
  const { jobId } = job.submission;
  if (job.status === 'parsing' && job.attemptId === attemptId) return [];
  if (job.status === 'parsing' && job.attempts >= ATTEMPTS_MAX) {
    const detail = 'Reading this file ended in a crash three times. Upload it again, or in another format.';
    return [
      { type: 'ParsingFailed', data: { jobId, failure: { code: 'parsing-keeps-failing', detail }, failedAt: at } },
    ];
  }
  return [{ type: 'ParsingStarted', data: { jobId, attemptId, startedAt: at } }];
};

const complete = ({ data: { attemptId, findings, at } }: CompleteParsing, job: Active): FileJobDecision => {
  if (job.status === 'completed' && job.attemptId === attemptId) return [];
  const rejection = rejectOutcome(attemptId, job);
  if (rejection !== undefined) return rejection;
  const { jobId } = job.submission;
  return [{ type: 'ParsingCompleted', data: { jobId, attemptId, findings, completedAt: at } }];
};

const fail = ({ data: { attemptId, failure, at } }: FailParsing, job: Active): FileJobDecision => {
  if (job.status === 'failed') return [];
  const rejection = rejectOutcome(attemptId, job);
  if (rejection !== undefined) return rejection;
  return [{ type: 'ParsingFailed', data: { jobId: job.submission.jobId, failure, failedAt: at } }];
};

const askForDecision = ({ data: { attemptId, at, ...question } }: AskForDecision, job: Active): FileJobDecision => {
  if (job.status === 'needs-decision') return [];
  const rejection = rejectOutcome(attemptId, job);
  if (rejection !== undefined) return rejection;
  const { jobId } = job.submission;
  return [{ type: 'DecisionNeeded', data: { ...question, jobId, attemptId, needsDecisionSince: at } }];
};

const decideColumns = ({ data }: DecideColumns, job: Active): FileJobDecision => {
  const { columns, colourScheme, by: decidedBy, at: decidedAt } = data;
  if (job.columns !== undefined && isSameMapping(job.columns, columns)) return [];
  const question = job.status === 'needs-decision' ? job.question.columns : undefined;
  if (question === undefined) return reject('decision-not-needed', 'This job does not ask what its columns mean.');
  if (!fitsTable(columns, question.columns))
    return reject('column-missing', `The table has ${question.columns} columns, which count from 0.`);
  const { jobId } = job.submission;
  const scheme: readonly FileJobEvent[] =
    colourScheme === undefined || colourScheme === job.colourScheme
      ? []
      : [{ type: 'ColourSchemeDecided', data: { jobId, colourScheme, decidedBy, decidedAt } }];
  return [{ type: 'ColumnsDecided', data: { jobId, columns, decidedBy, decidedAt } }, ...scheme];
};

const decideColourScheme = ({ data }: DecideColourScheme, job: Active): FileJobDecision => {
  const { colourScheme, by: decidedBy, at: decidedAt } = data;
  if (job.colourScheme === colourScheme) return [];
  if (job.status !== 'needs-decision') return reject('decision-not-needed', 'This job has nothing to decide.');
  if (job.question.columns !== undefined)
    return reject('decision-not-needed', 'This job asks what its columns mean, not yet whose colours they have.');
  const { jobId } = job.submission;
  return [{ type: 'ColourSchemeDecided', data: { jobId, colourScheme, decidedBy, decidedAt } }];
};

const cancel = ({ data: { by: cancelledBy, at: cancelledAt } }: CancelJob, job: Active): FileJobDecision => {
  if (job.status === 'cancelled') return [];
  if (job.status === 'completed' || job.status === 'failed') return rejectOver();
  return [{ type: 'JobCancelled', data: { jobId: job.submission.jobId, cancelledBy, cancelledAt } }];
};

const withdraw = ({ data: { at } }: WithdrawJob, job: Existing): FileJobDecision =>
  job.status === 'withdrawn' ? [] : [{ type: 'JobWithdrawn', data: { jobId: job.submission.jobId, withdrawnAt: at } }];

const rejectOver = (): FileJobDecision => reject('job-over', 'The reading of this file has ended.');

/** Only the latest attempt may end the job: an older one may still be running after its lease expired. */
const rejectOutcome = (attemptId: AttemptId, job: Active): FileJobDecision | undefined => {
  if (job.status === 'parsing' && job.attemptId === attemptId) return undefined;
  if (job.status === 'parsing' || job.status === 'queued')
    return reject('attempt-superseded', 'Another attempt to read this file is under way.');
  return rejectOver();
};

const askedJob = (fields: SubmissionFields, { readings, columns, kind }: OpenQuestion): FileJob => {
  const question = { readings, ...(columns === undefined ? {} : { columns }) };
  return { status: 'needs-decision', ...fields, ...(kind === undefined ? {} : { kind }), question };
};

/** What stays of a job whatever happens to it. */
const submissionFieldsOf = ({ submission, submittedAt, colourScheme, columns, kind }: Existing): SubmissionFields => ({
  ...{ submission, submittedAt },
  ...(colourScheme === undefined ? {} : { colourScheme }),
  ...(columns === undefined ? {} : { columns }),
  ...(kind === undefined ? {} : { kind }),
});

const evolve = (job: FileJob, event: FileJobEvent): FileJob => {
  if (event.type === 'FileSubmitted') {
    const { submittedAt, ...submission } = event.data;
    return { status: 'queued', submission, submittedAt };
  }
  if (job.status === 'absent') return job;
  const fields = submissionFieldsOf(job);
  const attempts = 'attempts' in job ? job.attempts : 0;

  switch (event.type) {
    case 'ParsingStarted':
      return { status: 'parsing', ...fields, attemptId: event.data.attemptId, attempts: attempts + 1 };
    case 'ParsingCompleted': {
      const { attemptId, findings } = event.data;
      return { status: 'completed', ...fields, attemptId, attempts: Math.max(attempts, 1), findings };
    }
    case 'ParsingFailed':
      return { status: 'failed', ...fields, failure: event.data.failure };
    case 'DecisionNeeded':
      return askedJob(fields, event.data);
    case 'ColumnsDecided':
      return { status: 'queued', ...fields, columns: event.data.columns };
    case 'ColourSchemeDecided':
      return { status: 'queued', ...fields, colourScheme: event.data.colourScheme };
    case 'JobCancelled':
      return { status: 'cancelled', ...fields };
    case 'JobWithdrawn':
      return { status: 'withdrawn', ...fields };
    default:
      return unreachable(event);
  }
};

/**
 * The life of a job: a file is submitted, read in one attempt or several, and either completed with its findings or
 * failed with the reason, or cancelled by its owner; in between a person may have to decide whose colour ids it uses. An outcome is final:
 * another file, or another try, is another job. A job whose parts list was deleted is withdrawn.
 */
export const fileJobDecider: Decider<FileJobCommand, FileJob, FileJobEvent, FileJobRejection> = {
  initial: { status: 'absent' },
  decide,
  evolve,
};
