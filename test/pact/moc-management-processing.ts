import { MatchersV3 } from '@pact-foundation/pact';
import { nothingYet, problem, type Contract, type Expectation, type State } from './expectation.ts';

const { iso8601DateTimeWithMillis, like, regex, string, uuid } = MatchersV3;

/** The job of the states. */
export const KNOWN_JOB = '0190d1c5-6f00-4000-8000-000000000061';
/** A job that does not exist. */
export const UNKNOWN_JOB = '0190d1c5-6f00-4000-8000-000000000062';
/** The id of a job that begins. */
export const NEW_JOB = '0190d1c5-6f00-4000-8000-000000000063';

export const SUBMISSION = {
  ...{ fileId: '0190d1c5-6f00-4000-8000-000000000064', fileName: 'crane.csv', owner: 'ada' },
  reference: {
    mocId: '0190d1c5-6f00-4000-8000-000000000065',
    partsListId: '0190d1c5-6f00-4000-8000-000000000066',
  },
};

const A_JOB = 'a job that was submitted';
const NO_JOBS = 'no jobs';

const expectations: readonly Expectation[] = [
  {
    ...{ state: NO_JOBS, name: 'a parts list to read', method: 'POST', path: '/v1/process-file' },
    ...{ body: { jobId: NEW_JOB, ...SUBMISSION }, status: 202, reply: { jobId: uuid(NEW_JOB) } },
  },
  {
    ...{ state: NO_JOBS, name: 'a copied parts list to read', method: 'POST', path: '/v1/process-file' },
    ...{ body: { jobId: NEW_JOB, ...SUBMISSION, sameAs: KNOWN_JOB }, status: 202, reply: { jobId: uuid(NEW_JOB) } },
  },
  {
    ...{ state: A_JOB, name: 'a question how far a job is', method: 'GET', path: `/v1/jobs/${KNOWN_JOB}`, status: 200 },
    reply: {
      jobId: uuid(KNOWN_JOB),
      fileId: uuid(SUBMISSION.fileId),
      fileName: string(SUBMISSION.fileName),
      owner: string(SUBMISSION.owner),
      reference: like(SUBMISSION.reference),
      status: regex('queued|parsing|needs-decision|completed|failed|cancelled', 'queued'),
      progress: like({ lots: 0, bytes: 0 }),
      submittedAt: iso8601DateTimeWithMillis('2026-01-01T12:00:00.000Z'),
    },
  },
  {
    ...{ state: NO_JOBS, name: 'a question how far a job is that does not exist', method: 'GET' },
    ...{ path: `/v1/jobs/${UNKNOWN_JOB}`, status: 404, reply: problem('job-not-found', 404) },
  },
  {
    ...{ state: NO_JOBS, name: 'a question what lots a job has found that does not exist', method: 'GET' },
    ...{ path: `/v1/jobs/${UNKNOWN_JOB}/lots`, query: { limit: '1000', cursor: '0' } },
    ...{ status: 404, reply: problem('job-not-found', 404) },
  },
];

const submitFile: State = async ({ sendAsConsumer, newResourceId: jobId }) => {
  await sendAsConsumer('POST', '/v1/process-file', { jobId, ...SUBMISSION });
  return jobId;
};

/** The expectations of MOC management on file processing. */
export const processingContract: Contract = {
  ...{ consumer: 'moc-management', provider: 'file-processing', expectations, knownId: KNOWN_JOB },
  onOwnAccount: true,
  states: { [NO_JOBS]: nothingYet, [A_JOB]: submitFile },
};
