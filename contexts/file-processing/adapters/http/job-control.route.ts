import { Router } from 'express';
import { callerOf } from '@lego-moc/http/caller';
import { causeOf } from '@lego-moc/http/cause';
import { noContent, ok, streamReply } from '@lego-moc/http/respond';
import { route } from '@lego-moc/http/route-contract';
import { EVENT_STREAM_HEADERS, tooManyStreams, watcherLimit } from '@lego-moc/http/watcher-limit';
import type { Cause } from '@lego-moc/application/event-streams';
import { isRejection } from '@lego-moc/kernel/decider';
import type { HandleFileJob } from '../../application/file-jobs.ts';
import type { Progress } from '../../application/ports/job-leases.ts';
import type { JobId } from '../../domain/file-job-events.ts';
import { followJob, isUnderWay } from './follow-job.ts';
import { rejectedJob } from './job-rejections.ts';
import { jobReplyFor } from './job-reply.ts';
import { cancellationContract, jobEventsContract } from './routes.ts';
import { isReply, type FindJob } from './visible-job.ts';

export type JobControl = {
  readonly find: FindJob;
  readonly cancel: (jobId: JobId, by: string, cause: Cause) => ReturnType<HandleFileJob>;
  readonly progress: (jobId: string) => Promise<Progress>;
};

/** Routes that watch a job while it is read, and stop it. */
export const jobControlRoutes = ({ find, cancel, progress }: JobControl): Router => {
  const watchers = watcherLimit();

  return Router()
    .use(
      route(cancellationContract, async ({ params: { jobId }, request }) => {
        const job = await find(request, jobId);
        if (isReply(job)) return job;
        const cause = causeOf(request);
        const outcome = await cancel(jobId as JobId, cause.actor, cause);
        return isRejection(outcome) ? rejectedJob(outcome) : ok({ jobId, status: 'cancelled' });
      }),
    )
    .use(
      route(jobEventsContract, async ({ params: { jobId }, request }) => {
        const job = await find(request, jobId);
        if (isReply(job)) return job;
        if (!isUnderWay(job) && request.get('last-event-id') === job.status) return noContent();
        const { user, service = '' } = callerOf(request);
        const release = watchers.admit(user?.id ?? service);
        if (release === undefined) return tooManyStreams;
        const events = followJob(async () => {
          const result = await find(request, jobId);
          return isReply(result) ? undefined : jobReplyFor(result, await progress(jobId));
        });
        return streamReply(events.once('close', release), EVENT_STREAM_HEADERS);
      }),
    );
};
