import { unreachable } from '@lego-moc/kernel/decider';
import type { Instant } from '@lego-moc/kernel/message';
import { DISPUTED_SCHEMES } from './colour-scheme.ts';
import type {
  AttemptId,
  Failure,
  FileDecisions,
  FileJobEvent,
  LotsResolved,
  OpenQuestion,
  SetsOpened,
  Submission,
} from './file-job-events.ts';
import type { Findings } from './findings.ts';

type SubmissionFields = FileDecisions & {
  readonly submission: Submission;
  readonly submittedAt: Instant;
  /** The kind of file that these decisions are remembered for. */
  readonly kind?: string | undefined;
};
type Parsing = SubmissionFields & {
  readonly attemptId: AttemptId;
  readonly attempts: number;
  readonly failedAttempts: readonly AttemptId[];
};

export type FileJob =
  | { readonly status: 'absent' }
  | ({ readonly status: 'queued' } & SubmissionFields)
  | ({ readonly status: 'parsing' } & Parsing)
  | ({ readonly status: 'needs-decision'; readonly question: OpenQuestion } & SubmissionFields)
  | ({ readonly status: 'completed'; readonly findings: Findings } & Parsing)
  | ({ readonly status: 'failed'; readonly failure: Failure } & SubmissionFields)
  | ({ readonly status: 'cancelled' } & SubmissionFields)
  | ({ readonly status: 'withdrawn' } & SubmissionFields);

export type Existing = Exclude<FileJob, { status: 'absent' }>;
/** Every status but `withdrawn`, in which every command is refused. */
export type Active = Exclude<Existing, { status: 'withdrawn' }>;
const askedJob = (fields: SubmissionFields, { readings, columns, kind }: OpenQuestion): FileJob => {
  const question = { readings, ...(columns === undefined ? {} : { columns }) };
  return { status: 'needs-decision', ...fields, ...(kind === undefined ? {} : { kind }), question };
};

/** What stays of a job whatever happens to it. */
const submissionFieldsOf = ({
  submission,
  submittedAt,
  colourScheme,
  columns,
  kind,
}: SubmissionFields): SubmissionFields => ({
  ...{ submission, submittedAt },
  ...(colourScheme === undefined ? {} : { colourScheme }),
  ...(columns === undefined ? {} : { columns }),
  ...(kind === undefined ? {} : { kind }),
});

/** What people decided about the file of a job: itself, or an earlier file of its kind that it was read like. */
export const decisionsOf = (job: FileJob): FileDecisions => {
  if (job.status === 'absent') return {};
  const findings: Partial<Pick<Findings, 'colourScheme' | 'columns'>> = job.status === 'completed' ? job.findings : {};
  const schemeDecision = findings.colourScheme;
  const rememberedScheme =
    schemeDecision?.reason === 'remembered'
      ? DISPUTED_SCHEMES.find((scheme) => scheme === schemeDecision.scheme)
      : undefined;
  const { colourScheme = rememberedScheme, columns = findings.columns?.mapping } = job;
  return {
    ...(colourScheme === undefined ? {} : { colourScheme }),
    ...(columns === undefined ? {} : { columns }),
  };
};

const ATTEMPT_EVENTS = ['ParsingStarted', 'AttemptFailed', 'AttemptAbandoned', 'ParsingCompleted'] as const;

type AttemptEvent = Extract<FileJobEvent, { type: (typeof ATTEMPT_EVENTS)[number] }>;

const isOfAttempt = (event: FileJobEvent): event is AttemptEvent => ATTEMPT_EVENTS.some((type) => type === event.type);

const resolvedFindings = (findings: Findings, { data }: LotsResolved): Findings => {
  const { unknownParts, unknownColours, composition, resolution } = data;
  return { ...findings, unknownParts, unknownColours, composition, resolution, changes: (findings.changes ?? 0) + 1 };
};

const openedFindings = (findings: Findings, { data: { totals, composition, opening } }: SetsOpened): Findings => ({
  ...{ ...findings, sets: undefined, minifigs: undefined, ...totals, composition, opening },
  changes: (findings.changes ?? 0) + 1,
});

type ListChange = LotsResolved | SetsOpened;

const isListChange = (event: FileJobEvent): event is ListChange =>
  event.type === 'LotsResolved' || event.type === 'SetsOpened';

/** The list of a completed job changes; its file is not read again. */
const changeList = (job: Existing, event: ListChange): FileJob => {
  if (job.status !== 'completed') return job;
  return event.type === 'LotsResolved'
    ? { ...job, findings: resolvedFindings(job.findings, event) }
    : { ...job, attemptId: event.data.attemptId, findings: openedFindings(job.findings, event) };
};

const evolveAttempt = (job: Existing, event: AttemptEvent): FileJob => {
  const fields = submissionFieldsOf(job);
  const { attemptId } = event.data;
  const { attempts = 0, failedAttempts = [] } = 'attempts' in job ? job : {};
  switch (event.type) {
    case 'ParsingStarted':
      return { status: 'parsing', ...fields, attemptId, attempts: attempts + 1, failedAttempts };
    case 'AttemptFailed':
      return job.status === 'parsing' ? { ...job, failedAttempts: [...failedAttempts, attemptId] } : job;
    case 'AttemptAbandoned':
      return job.status === 'parsing' ? { status: 'queued', ...fields } : job;
    case 'ParsingCompleted': {
      const { findings } = event.data;
      return { status: 'completed', ...fields, attemptId, attempts: Math.max(attempts, 1), failedAttempts, findings };
    }
    default:
      return unreachable(event);
  }
};

/** The state of a job after one more event. */
export const evolve = (job: FileJob, event: FileJobEvent): FileJob => {
  if (event.type === 'FileSubmitted') {
    const { submittedAt, colourScheme, columns, ...submission } = event.data;
    return { status: 'queued', ...submissionFieldsOf({ submission, submittedAt, colourScheme, columns }) };
  }
  if (job.status === 'absent') return job;
  if (isListChange(event)) return changeList(job, event);
  if (isOfAttempt(event)) return evolveAttempt(job, event);
  const fields = submissionFieldsOf(job);

  switch (event.type) {
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
