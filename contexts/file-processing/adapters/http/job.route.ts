import { Router, type Request } from 'express';
import { causeOf } from '@lego-moc/http/cause';
import { callerOf, userOf } from '@lego-moc/http/caller';
import { acceptedReply, ok, problem } from '@lego-moc/http/respond';
import { route } from '@lego-moc/http/route-contract';
import type { Clock } from '@lego-moc/application/clock';
import type { Instant } from '@lego-moc/kernel/message';
import { isRejection } from '@lego-moc/kernel/decider';
import type { DecisionRequest, LotsQuery, LotsReply } from '../../contracts/http-api.ts';
import type { HandleFileJob, LoadJob } from '../../application/file-jobs.ts';
import type { Progress } from '../../application/ports/job-leases.ts';
import type { StoredFiles } from '../../application/ports/stored-files.ts';
import type { FileJobCommand } from '../../domain/file-job.ts';
import type { FileDecisions, JobId, Submission } from '../../domain/file-job-events.ts';
import { decisionsOf } from '../../domain/file-job-state.ts';
import { rejectedJob } from './job-rejections.ts';
import { jobReplyFor } from './job-reply.ts';
import { decisionContract, jobContract, lotsContract, processFileContract } from './routes.ts';
import { findVisibleJob, isReply } from './visible-job.ts';

export type JobRoutes = {
  readonly load: LoadJob;
  readonly handle: HandleFileJob;
  readonly files: StoredFiles;
  readonly progress: (jobId: string) => Promise<Progress>;
  readonly lots: (jobId: string, attemptId: string, query: LotsQuery) => Promise<LotsReply>;
  readonly now: Clock;
};

/** Users may submit only their own files; services are trusted to submit any. */
const maySubmit = async (request: Request, { fileId, owner }: Submission, files: StoredFiles): Promise<boolean> => {
  if (callerOf(request).service !== undefined) return true;
  if (userOf(request).id !== owner) return false;
  const file = await files.describe(fileId);
  return !isRejection(file) && file.owner === owner;
};

/** The schema lets no body pass that names neither. */
const decisionOf = ({ columns, colourScheme }: DecisionRequest, by: string, at: Instant): FileJobCommand =>
  columns === undefined
    ? { type: 'DecideColourScheme', data: { colourScheme: colourScheme ?? 'rebrickable', by, at } }
    : { type: 'DecideColumns', data: { columns, colourScheme, by, at } };

/** Routes for submitting files, reading their jobs and deciding a colour scheme. */
export const jobRoutes = ({ load, handle, files, progress, lots, now }: JobRoutes): Router => {
  const visibleJob = findVisibleJob(load);

  /** Nothing about a job that the caller may not see, or that is gone. */
  const decisionsAbout = async (request: Request, jobId: JobId): Promise<FileDecisions> => {
    const job = await visibleJob(request, jobId);
    return isReply(job) ? {} : decisionsOf(job);
  };

  return Router()
    .use(
      route(processFileContract, async ({ body, request }) => {
        const cause = causeOf(request);
        const { jobId = cause.commandId, fileId, fileName, reference, owner, sameAs } = body;
        const submission: Submission = { jobId: jobId as JobId, fileId, fileName, owner, ...reference };
        if (!(await maySubmit(request, submission, files)))
          return problem(404, 'file-not-found', 'You have no such file.');
        const decisions = sameAs === undefined ? {} : await decisionsAbout(request, sameAs as JobId);
        const command = { type: 'SubmitFile', data: { ...submission, ...decisions, at: now() } } as const;
        const outcome = await handle(jobId, command, cause);
        return isRejection(outcome) ? rejectedJob(outcome) : acceptedReply(`/v1/jobs/${jobId}`, { jobId });
      }),
    )
    .use(
      route(jobContract, async ({ params: { jobId }, request }) => {
        const job = await visibleJob(request, jobId);
        return isReply(job) ? job : ok(jobReplyFor(job, await progress(jobId)));
      }),
    )
    .use(
      route(decisionContract, async ({ params: { jobId }, body, request }) => {
        const job = await visibleJob(request, jobId);
        if (isReply(job)) return job;
        const cause = causeOf(request);
        const outcome = await handle(jobId, decisionOf(body, cause.actor, now()), cause);
        return isRejection(outcome) ? rejectedJob(outcome) : acceptedReply(`/v1/jobs/${jobId}`, { jobId });
      }),
    )
    .use(
      route(lotsContract, async ({ params: { jobId }, query, request }) => {
        const job = await visibleJob(request, jobId);
        if (isReply(job)) return job;
        if (job.status !== 'completed')
          return problem(409, 'job-not-completed', `There are no lots: the job is ${job.status}.`);
        return ok(await lots(jobId, job.attemptId, query));
      }),
    );
};
