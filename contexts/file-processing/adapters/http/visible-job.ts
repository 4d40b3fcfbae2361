import type { Request } from 'express';
import { callerOf, userOf } from '@lego-moc/http/caller';
import { problem, type Reply } from '@lego-moc/http/respond';
import type { UserId } from '@lego-moc/kernel/message';
import type { LoadJob } from '../../application/file-jobs.ts';
import type { ReadList } from '../../application/plan-export.ts';
import type { FileJob } from '../../domain/file-job.ts';
import type { JobId } from '../../domain/file-job-events.ts';

/** A job that the caller may see. */
export type VisibleJob = Exclude<FileJob, { status: 'absent' } | { status: 'withdrawn' }>;

/** The job, or the answer 404 or 410. Throws 401 for an unknown caller. */
export type FindJob = (request: Request, jobId: string) => Promise<VisibleJob | Reply>;

/** Tells the answer from the job. */
export const isReply = (value: VisibleJob | Reply): value is Reply => !('submission' in value);

/** A predicate for the owners whose jobs the caller may see; services see all. */
const visibleTo = (request: Request): ((owner: UserId) => boolean) => {
  const { user, service } = callerOf(request);
  if (user === undefined && service !== undefined) return () => true;
  const { id } = userOf(request);
  return (owner) => owner === id;
};

/** Finds jobs for their callers. A job of another user is answered like one that does not exist. */
export const findVisibleJob =
  (load: LoadJob): FindJob =>
  async (request, jobId) => {
    const isVisible = visibleTo(request);
    const job = await load(jobId as JobId);
    if (job.status === 'absent' || !isVisible(job.submission.owner))
      return problem(404, 'job-not-found', 'You have no such job.');
    if (job.status === 'withdrawn') return problem(410, 'job-withdrawn', 'This parts list was deleted or replaced.');
    return job;
  };

/** The list of a job, or the answer 404, 410 or 409 when it is not read. */
export const completedList = async (find: FindJob, request: Request, jobId: string): Promise<ReadList | Reply> => {
  const job = await find(request, jobId);
  if (isReply(job)) return job;
  if (job.status !== 'completed')
    return problem(409, 'job-not-completed', `There are no lots: the job is ${job.status}.`);
  const { owner, fileId, fileName } = job.submission;
  return { jobId, attemptId: job.attemptId, owner, fileId, fileName, findings: job.findings };
};

/** Tells the list from the answer. */
export const isList = (value: ReadList | Reply): value is ReadList => 'findings' in value;
