import type { Cause } from '@lego-moc/application/event-streams';
import { isRejection } from '@lego-moc/kernel/decider';
import type { AttemptId, JobId, Submission } from '../domain/file-job-events.ts';
import { AttemptSuperseded } from './attempt-superseded.ts';
import type { LoadJob } from './file-jobs.ts';
import type { JobRegister } from './ports/job-register.ts';
import type { ReadingQueue } from './ports/reading-queue.ts';
import { withdrawJob } from './remove-lots.ts';
import { attemptRunner, type AttemptNeeds } from './run-attempt.ts';

export type Parsing = AttemptNeeds & {
  readonly load: LoadJob;
  readonly jobs: JobRegister;
  readonly queue: ReadingQueue;
};

/** `finished`: the job has its outcome. `busy`: another worker holds its lease; ask again later. */
export type ParseFile = (jobId: JobId, attemptId: AttemptId, cause: Cause) => Promise<'finished' | 'busy'>;

/**
 * Reads the file of a job and records the outcome. Safe to repeat: as the same attempt after an outage, as another
 * one after a crash. It throws only for an outage or a bug; the job then waits until it is called again.
 */
export const parseFile = ({ load, jobs, queue, ...attempt }: Parsing): ParseFile => {
  const { files, lots, handle, leases, now } = attempt;
  const withdraw = withdrawJob({ load, handle, lots, jobs, now });
  const runAttempt = attemptRunner(attempt);

  const runWithLease = async (submission: Submission, attemptId: AttemptId, cause: Cause): ReturnType<ParseFile> => {
    const { jobId, mocId, owner } = submission;
    if (!(await leases.acquire({ jobId, mocId, owner }, attemptId))) return 'busy';
    try {
      // A deletion is recorded before its jobs are withdrawn, so a job is either found there or stopped here.
      if (await jobs.isReleased({ jobId, mocId })) await withdraw(jobId, { ...cause, actor: 'file-processing' });
      else await runAttempt(submission, attemptId, cause);
      return 'finished';
    } catch (error) {
      if (error instanceof AttemptSuperseded) return 'busy';
      throw error;
    } finally {
      await leases.release(jobId, attemptId);
    }
  };

  return async (jobId, attemptId, cause) => {
    const job = await load(jobId);
    if (job.status !== 'queued' && job.status !== 'parsing') return 'finished';
    const { fileId, owner } = job.submission;
    const file = await files.describe(fileId);
    const size = isRejection(file) ? 0 : file.size;
    return await queue.run({ owner, size }, () => runWithLease(job.submission, attemptId, cause));
  };
};
