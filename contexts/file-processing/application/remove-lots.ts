import { isRejection } from '@lego-moc/kernel/decider';
import { derivedId } from '@lego-moc/kernel/ids';
import type { Cause } from '@lego-moc/application/event-streams';
import type { Clock } from '@lego-moc/application/clock';
import type { JobId } from '../domain/file-job-events.ts';
import type { HandleFileJob, LoadJob } from './file-jobs.ts';
import type { JobRegister } from './ports/job-register.ts';
import type { LotStore } from './ports/lot-store.ts';

export type LotRemoval = {
  readonly load: LoadJob;
  readonly handle: HandleFileJob;
  readonly lots: LotStore;
  readonly jobs: JobRegister;
  readonly now: Clock;
};

/** Withdraws a job, now or when a worker takes it after a late submission, and deletes its lots. Safe to repeat. */
export const withdrawJob =
  ({ handle, lots, jobs, now }: LotRemoval) =>
  async (jobId: JobId, cause: Cause): Promise<void> => {
    await jobs.noteJobReleased(jobId);
    await handle(jobId, { type: 'WithdrawJob', data: { at: now() } }, cause);
    await jobs.revokeLease(jobId);
    await lots.removeAllBut(undefined, jobId);
  };

/**
 * Cancels a job: a running attempt loses its lease and stops within a second, and the lots that it stored meanwhile
 * are left to the sweep. Safe to repeat.
 */
export const cancelJob =
  ({ handle, lots, jobs, now }: LotRemoval) =>
  async (jobId: JobId, by: string, cause: Cause): ReturnType<HandleFileJob> => {
    const outcome = await handle(jobId, { type: 'CancelJob', data: { by, at: now() } }, cause);
    if (isRejection(outcome)) return outcome;
    await jobs.revokeLease(jobId);
    await lots.removeAllBut(undefined, jobId);
    return outcome;
  };

/** Withdraws all jobs of a deleted MOC: started ones now, the others when a worker takes them. */
export const withdrawJobsOf =
  (removal: LotRemoval) =>
  async (mocId: string, cause: Cause): Promise<void> => {
    const withdraw = withdrawJob(removal);
    await removal.jobs.noteMocDeleted(mocId);
    for (const jobId of await removal.jobs.jobsOf(mocId)) await withdraw(jobId, cause);
  };

/** The batch of one sweep; the others wait for the next one. */
const SWEEP_JOBS_MAX = 500;

/**
 * Deletes unreachable lots: those of failed, cancelled and withdrawn jobs, and those of attempts that a crash ended. An
 * attempt that has been silent for a minute is abandoned, so that it cannot complete the job without its lots. Each job
 * is checked once after its last attempt, also one that nobody reads on. Returns how many lots were deleted.
 */
export const sweepLots =
  ({ load, handle, lots, jobs, now }: LotRemoval) =>
  async (): Promise<number> => {
    let removedCount = 0;
    for (const jobId of await jobs.findUnsettled(SWEEP_JOBS_MAX)) {
      const job = await load(jobId);
      if (job.status === 'parsing') {
        const { attemptId } = job;
        const commandId = derivedId('file-processing', jobId, attemptId, 'abandon');
        const cause = { commandId, correlationId: commandId, actor: 'file-processing' };
        await handle(jobId, { type: 'AbandonAttempt', data: { attemptId, at: now() } }, cause);
      }
      removedCount += await lots.removeAbandoned(job.status === 'completed' ? job.attemptId : undefined, jobId);
      await jobs.settle({ jobId, mocId: job.status === 'absent' ? jobId : job.submission.mocId });
    }
    return removedCount;
  };
