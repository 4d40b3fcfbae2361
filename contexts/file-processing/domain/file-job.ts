import { reject, unreachable, type Decider, type Decision } from '@lego-moc/kernel/decider';
import type { Instant, Message } from '@lego-moc/kernel/message';
import type { AttemptId, Failure, FileJobEvent, Submission } from './file-job-events.ts';
import type { Findings } from './findings.ts';

export type SubmitFile = Message<'SubmitFile', Submission & { readonly at: Instant }>;
export type StartParsing = Message<'StartParsing', { attemptId: AttemptId; at: Instant }>;
export type CompleteParsing = Message<'CompleteParsing', { attemptId: AttemptId; findings: Findings; at: Instant }>;
export type FailParsing = Message<'FailParsing', { attemptId: AttemptId; failure: Failure; at: Instant }>;
export type FileJobCommand = SubmitFile | StartParsing | CompleteParsing | FailParsing;

export type FileJobRejection = 'job-not-found' | 'job-id-taken' | 'job-over' | 'attempt-superseded';

type Submitted = { readonly submission: Submission; readonly submittedAt: Instant };
type Parsing = Submitted & { readonly attemptId: AttemptId; readonly attempts: number };

export type FileJob =
  | { readonly status: 'absent' }
  | ({ readonly status: 'queued' } & Submitted)
  | ({ readonly status: 'parsing' } & Parsing)
  | ({ readonly status: 'completed'; readonly findings: Findings } & Parsing)
  | ({ readonly status: 'failed'; readonly failure: Failure } & Submitted);

type Existing = Exclude<FileJob, { status: 'absent' }>;
type FileJobDecision = Decision<FileJobEvent, FileJobRejection>;

/**
 * A file that ends its reader three times is the likely reason for it. One less than a subscription delivers a
 * message, so that the last delivery can still say so.
 */
export const ATTEMPTS_MAX = 3;

/** Whether a job may begin only one more attempt after those that broke off. */
export const isLastAttempt = (job: FileJob): boolean => job.status === 'parsing' && job.attempts >= ATTEMPTS_MAX - 1;

const decide = (command: FileJobCommand, job: FileJob): FileJobDecision => {
  if (command.type === 'SubmitFile') return submit(command, job);
  if (job.status === 'absent') return reject('job-not-found', 'There is no such job.');

  switch (command.type) {
    case 'StartParsing':
      return start(command, job);
    case 'CompleteParsing':
      return complete(command, job);
    case 'FailParsing':
      return fail(command, job);
    default:
      return unreachable(command);
  }
};

const sameSubmission = (one: Submission, other: Submission): boolean =>
  one.fileId === other.fileId &&
  one.owner === other.owner &&
  one.mocId === other.mocId &&
  one.partsListId === other.partsListId;

const submit = ({ data: { at, ...submission } }: SubmitFile, job: FileJob): FileJobDecision => {
  if (job.status === 'absent') return [{ type: 'FileSubmitted', data: { ...submission, submittedAt: at } }];
  return sameSubmission(submission, job.submission)
    ? []
    : reject('job-id-taken', 'That id names a job for another file.');
};

const start = ({ data: { attemptId, at } }: StartParsing, job: Existing): FileJobDecision => {
  if (job.status === 'completed' || job.status === 'failed') return reject('job-over', 'The file has been read.');
  const { jobId } = job.submission;
  if (job.status === 'parsing' && job.attemptId === attemptId) return [];
  if (job.status === 'parsing' && job.attempts >= ATTEMPTS_MAX) {
    const detail = 'Reading this file broke off again and again. Hand it in once more, or in another format.';
    return [
      { type: 'ParsingFailed', data: { jobId, failure: { code: 'parsing-keeps-failing', detail }, failedAt: at } },
    ];
  }
  return [{ type: 'ParsingStarted', data: { jobId, attemptId, startedAt: at } }];
};

const complete = ({ data: { attemptId, findings, at } }: CompleteParsing, job: Existing): FileJobDecision => {
  if (job.status === 'completed' && job.attemptId === attemptId) return [];
  const refused = refuseToConclude(attemptId, job);
  if (refused !== undefined) return refused;
  const { jobId } = job.submission;
  return [{ type: 'ParsingCompleted', data: { jobId, attemptId, findings, completedAt: at } }];
};

const fail = ({ data: { attemptId, failure, at } }: FailParsing, job: Existing): FileJobDecision => {
  if (job.status === 'failed') return [];
  const refused = refuseToConclude(attemptId, job);
  if (refused !== undefined) return refused;
  return [{ type: 'ParsingFailed', data: { jobId: job.submission.jobId, failure, failedAt: at } }];
};

/** Only the attempt that is under way may end the job: an older one, thought lost, may still be running somewhere. */
const refuseToConclude = (attemptId: AttemptId, job: Existing): FileJobDecision | undefined => {
  if (job.status === 'completed' || job.status === 'failed') return reject('job-over', 'The file has been read.');
  if (job.status === 'parsing' && job.attemptId === attemptId) return undefined;
  return reject('attempt-superseded', 'Another attempt to read this file is under way.');
};

const evolve = (job: FileJob, event: FileJobEvent): FileJob => {
  if (event.type === 'FileSubmitted') {
    const { submittedAt, ...submission } = event.data;
    return { status: 'queued', submission, submittedAt };
  }
  if (job.status === 'absent') return job;
  const { submission, submittedAt } = job;

  switch (event.type) {
    case 'ParsingStarted': {
      const attempts = 'attempts' in job ? job.attempts + 1 : 1;
      return { status: 'parsing', submission, submittedAt, attemptId: event.data.attemptId, attempts };
    }
    case 'ParsingCompleted': {
      const { attemptId, findings } = event.data;
      const attempts = 'attempts' in job ? job.attempts : 1;
      return { status: 'completed', submission, submittedAt, attemptId, attempts, findings };
    }
    case 'ParsingFailed':
      return { status: 'failed', submission, submittedAt, failure: event.data.failure };
    default:
      return unreachable(event);
  }
};

/**
 * A job's life: a file is submitted, read in one attempt or several, and either completed with what was found in it
 * or failed with the reason. Neither is undone: another file, or another try, is another job.
 */
export const fileJobDecider: Decider<FileJobCommand, FileJob, FileJobEvent, FileJobRejection> = {
  initial: { status: 'absent' },
  decide,
  evolve,
};
