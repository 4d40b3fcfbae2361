import { reject, type Decider, type Decision } from '@lego-moc/kernel/decider';
import type { Instant, Message } from '@lego-moc/kernel/message';
import type { Composition } from './composition.ts';
import type { DisputedScheme } from './colour-scheme.ts';
import { fitsTable, isSameMapping, type ColumnMapping } from './column-mapping.ts';
import type {
  AttemptId,
  Failure,
  FileDecisions,
  FileJobEvent,
  JobId,
  OpenQuestion,
  Submission,
} from './file-job-events.ts';
import { evolve, type Active, type Existing, type FileJob } from './file-job-state.ts';
import type { Findings, ListTotals, Opening } from './findings.ts';

export type { FileJob } from './file-job-state.ts';

export type SubmitFile = Message<'SubmitFile', Submission & FileDecisions & { readonly at: Instant }>;
export type StartParsing = Message<'StartParsing', { attemptId: AttemptId; at: Instant }>;
export type FailAttempt = Message<'FailAttempt', { attemptId: AttemptId; at: Instant }>;
export type AbandonAttempt = Message<'AbandonAttempt', { attemptId: AttemptId; at: Instant }>;
export type CompleteParsing = Message<'CompleteParsing', { attemptId: AttemptId; findings: Findings; at: Instant }>;
/** What a release of the catalogue does not know of the lots that were unknown. */
export type ResolveLots = Message<
  'ResolveLots',
  Pick<Findings, 'unknownParts' | 'unknownColours' | 'catalogueRelease'> & {
    readonly attemptId: AttemptId;
    readonly composition: Composition;
    readonly at: Instant;
  }
>;
/** What a list that was changed `changes` times has when its sets are opened; its lots are stored as `openedAttemptId`. */
export type OpenSets = Message<
  'OpenSets',
  {
    readonly attemptId: AttemptId;
    readonly changes: number;
    readonly openedAttemptId: AttemptId;
    readonly opening: Omit<Opening, 'openedAt'>;
    readonly totals: ListTotals;
    readonly composition: Composition;
    readonly by: string;
    readonly at: Instant;
  }
>;
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
  | FailAttempt
  | AbandonAttempt
  | CompleteParsing
  | ResolveLots
  | OpenSets
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
  | 'column-missing'
  | 'lots-changed';

type FileJobDecision = Decision<FileJobEvent, FileJobRejection>;

/** A file that ends three attempts is given up. */
export const FAILED_ATTEMPTS_MAX = 3;

/** Attempts also break off because the service ends, which is no fault of the file unless it happens again and again. */
export const ATTEMPTS_MAX = 10;

type CommandAfterSubmission = Exclude<FileJobCommand, SubmitFile | WithdrawJob>;
type Rules = {
  readonly [Type in CommandAfterSubmission['type']]: (
    command: Extract<CommandAfterSubmission, { type: Type }>,
    job: Active,
  ) => FileJobDecision;
};

const decideByRules = <Type extends CommandAfterSubmission['type']>(
  type: Type,
  command: Extract<CommandAfterSubmission, { type: Type }>,
  job: Active,
): FileJobDecision => RULES[type](command, job);

const decide = (command: FileJobCommand, job: FileJob): FileJobDecision => {
  if (command.type === 'SubmitFile') return submit(command, job);
  if (job.status === 'absent') return reject('job-not-found', 'There is no such job.');
  if (command.type === 'WithdrawJob') return withdraw(command, job);
  if (job.status === 'withdrawn') return reject('job-withdrawn', 'This parts list was deleted or replaced.');
  return decideByRules(command.type, command, job);
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
  if (job.status === 'parsing' && job.attempts >= ATTEMPTS_MAX) return [giveUp(jobId, ATTEMPTS_MAX, at)];
  return [{ type: 'ParsingStarted', data: { jobId, attemptId, startedAt: at } }];
};

const giveUp = (jobId: JobId, times: number, failedAt: Instant): FileJobEvent => {
  const detail = `Reading this file broke off ${times} times. Upload it again, or in another format.`;
  return { type: 'ParsingFailed', data: { jobId, failure: { code: 'parsing-keeps-failing', detail }, failedAt } };
};

const failAttempt = ({ data: { attemptId, at } }: FailAttempt, job: Active): FileJobDecision => {
  if (job.status === 'failed') return [];
  if (job.status === 'parsing' && job.failedAttempts.includes(attemptId)) return [];
  if (job.status !== 'parsing' || job.attemptId !== attemptId) return rejectOutcome(attemptId, job) ?? rejectOver();
  const { jobId } = job.submission;
  const failure: FileJobEvent = { type: 'AttemptFailed', data: { jobId, attemptId, failedAt: at } };
  const isLast = job.failedAttempts.length + 1 >= FAILED_ATTEMPTS_MAX;
  return isLast ? [failure, giveUp(jobId, FAILED_ATTEMPTS_MAX, at)] : [failure];
};

/** An outcome of the attempt, which may only have been asleep, is refused from then on. */
const abandonAttempt = ({ data: { attemptId, at } }: AbandonAttempt, job: Active): FileJobDecision => {
  if (job.status !== 'parsing' || job.attemptId !== attemptId) return [];
  return [{ type: 'AttemptAbandoned', data: { jobId: job.submission.jobId, attemptId, abandonedAt: at } }];
};

const complete = ({ data: { attemptId, findings, at } }: CompleteParsing, job: Active): FileJobDecision => {
  if (job.status === 'completed' && job.attemptId === attemptId) return [];
  const rejection = rejectOutcome(attemptId, job);
  if (rejection !== undefined) return rejection;
  const { jobId } = job.submission;
  return [{ type: 'ParsingCompleted', data: { jobId, attemptId, findings, completedAt: at } }];
};

const resolve = ({ data }: ResolveLots, job: Active): FileJobDecision => {
  const { attemptId, catalogueRelease, unknownParts, unknownColours, composition, at: resolvedAt } = data;
  if (job.status !== 'completed' || job.attemptId !== attemptId) return [];
  const parts = job.findings.unknownParts.count - unknownParts.count;
  const colours = job.findings.unknownColours.count - unknownColours.count;
  if (parts <= 0 && colours <= 0) return [];
  const resolution = { catalogueRelease, parts: Math.max(0, parts), colours: Math.max(0, colours), resolvedAt };
  const { jobId } = job.submission;
  return [{ type: 'LotsResolved', data: { jobId, attemptId, resolution, unknownParts, unknownColours, composition } }];
};

const openSets = ({ data }: OpenSets, job: Active): FileJobDecision => {
  const { attemptId, changes, openedAttemptId, opening, totals, composition, by: openedBy, at: openedAt } = data;
  if (job.status === 'completed' && job.attemptId === openedAttemptId) return [];
  if (job.status !== 'completed' || job.attemptId !== attemptId || (job.findings.changes ?? 0) !== changes)
    return reject('lots-changed', 'The lots of this list changed while its sets were opened. Ask again.');
  const { jobId } = job.submission;
  const event = { jobId, attemptId: openedAttemptId, opening: { ...opening, openedAt }, totals, composition, openedBy };
  return [{ type: 'SetsOpened', data: event }];
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

const RULES: Rules = {
  StartParsing: start,
  FailAttempt: failAttempt,
  AbandonAttempt: abandonAttempt,
  CompleteParsing: complete,
  ResolveLots: resolve,
  OpenSets: openSets,
  FailParsing: fail,
  AskForDecision: askForDecision,
  DecideColumns: decideColumns,
  DecideColourScheme: decideColourScheme,
  CancelJob: cancel,
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
