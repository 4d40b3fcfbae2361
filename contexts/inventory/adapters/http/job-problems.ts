import { problem, type Reply } from '@lego-moc/http/respond';

const jobProblem = (status: number, code: string, detail: string): Reply =>
  problem(status, code, detail, { errors: [{ pointer: '/jobId', detail }] });

/** The problem with a job whose lots were asked for. */
export const aboutJob = (state: 'no-such-job' | 'not-completed' | 'job-of-another-list'): Reply => {
  if (state === 'no-such-job') return jobProblem(404, 'job-not-found', 'You have no such job.');
  if (state === 'not-completed') return jobProblem(409, 'job-not-completed', 'The list is not read yet, or cannot be.');
  return jobProblem(422, state, 'The job has read another parts list than the source names.');
};
