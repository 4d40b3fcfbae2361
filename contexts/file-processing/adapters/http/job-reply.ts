import type { Progress } from '../../application/ports/job-leases.ts';
import type { VisibleJob } from './visible-job.ts';

/** A job as its caller sees it: the body of `jobReply`, of a request and of each event of its stream. */
export const jobReplyFor = (job: VisibleJob, progress: Progress) => {
  const { jobId, fileId, fileName, mocId, partsListId, owner } = job.submission;
  const { status, submittedAt } = job;
  return {
    ...{ jobId, fileId, fileName, owner, status, submittedAt, progress },
    reference: { mocId, partsListId },
    ...(job.status === 'completed' ? { result: job.findings } : {}),
    ...(job.status === 'failed' ? { error: job.failure } : {}),
    ...(job.status === 'needs-decision' ? job.question : {}),
  };
};
