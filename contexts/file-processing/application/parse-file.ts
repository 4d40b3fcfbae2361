import { isRejection } from '@lego-moc/kernel/decider';
import type { Cause } from '@lego-moc/application/event-streams';
import { derivedId } from '@lego-moc/kernel/ids';
import { isLastAttempt, type FileJobCommand } from '../domain/file-job.ts';
import type { AttemptId, JobId, Submission } from '../domain/file-job-events.ts';
import type { HandleFileJob, LoadJob } from './file-jobs.ts';
import { startHeartbeat } from './heartbeat.ts';
import type { JobLeases } from './ports/job-leases.ts';
import type { JobRegister } from './ports/job-register.ts';
import type { KindMemory } from './ports/kind-memory.ts';
import { UnreadableFile } from './ports/parts-list-reader.ts';
import { withdrawJob } from './remove-lots.ts';
import { createSharedLock } from './shared-lock.ts';
import { readLots, type LotReading } from './read-lots.ts';
import { AttemptSuperseded, type Attempt } from './read-pass.ts';
import { rememberDecisions } from './remember-decisions.ts';

export type Parsing = LotReading & {
  readonly load: LoadJob;
  /** The job no older than after the last command that was handled here. */
  readonly lastSeen: LoadJob;
  readonly handle: HandleFileJob;
  readonly leases: JobLeases;
  readonly jobs: JobRegister;
  readonly kinds: KindMemory;
};

/** `finished`: the job has its outcome. `busy`: another worker holds its lease; ask again later. */
export type ParseFile = (jobId: JobId, attemptId: AttemptId, cause: Cause) => Promise<'finished' | 'busy'>;

/**
 * Reads the file of a job and records the outcome. Safe to repeat: as the same attempt after an outage, as another
 * one after a crash. It throws only for an outage or a bug; the job then waits until it is called again.
 */
export const parseFile = ({ load, lastSeen, handle, leases, jobs, kinds, ...reading }: Parsing): ParseFile => {
  const read = readLots({ ...reading, kinds });
  const { lots, now } = reading;
  const withdraw = withdrawJob({ load, handle, lots, jobs, now });
  // A file that crashes the process takes down the files read beside it. The last attempt runs alone to find it.
  const lock = createSharedLock();

  const readToOutcome = async (attempt: Attempt): Promise<FileJobCommand> => {
    const { jobId, attemptId } = attempt;
    const progress = { lots: 0, bytes: 0, lines: 0, shouldContinue: () => !heartbeat.isLost() };
    const heartbeat = startHeartbeat(() => leases.renew(jobId, attemptId, progress));
    try {
      const result = await read(attempt, progress);
      await leases.renew(jobId, attemptId, progress);
      return 'findings' in result
        ? { type: 'CompleteParsing', data: { attemptId, findings: result.findings, at: now() } }
        : { type: 'AskForDecision', data: { ...result.question, attemptId, at: now() } };
    } catch (error) {
      if (!(error instanceof UnreadableFile)) throw error;
      return { type: 'FailParsing', data: { attemptId, failure: error.failure, at: now() } };
    } finally {
      await heartbeat.stop();
    }
  };

  const runAttempt = async ({ jobId }: Submission, attemptId: AttemptId, cause: Cause): Promise<void> => {
    const step = (name: string): Cause => ({
      ...cause,
      commandId: derivedId('file-processing', jobId, attemptId, name),
      actor: 'file-processing',
    });
    const startResult = await handle(jobId, { type: 'StartParsing', data: { attemptId, at: now() } }, step('start'));
    if (isRejection(startResult)) return;
    const job = await lastSeen(jobId);
    if (job.status !== 'parsing' || job.attemptId !== attemptId) return;
    await rememberDecisions(kinds, job, step('remember'));
    await lots.clear(jobId, attemptId);
    const outcome = await readToOutcome({ ...job.submission, ...job });
    const result = await handle(jobId, outcome, step('conclude'));
    if (outcome.type !== 'CompleteParsing' || isRejection(result)) await lots.clear(jobId, attemptId);
  };

  const runWithLease = async (submission: Submission, attemptId: AttemptId, cause: Cause): ReturnType<ParseFile> => {
    const { jobId, mocId } = submission;
    if (!(await leases.acquire({ jobId, mocId }, attemptId))) return 'busy';
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
    const work = (): ReturnType<ParseFile> => runWithLease(job.submission, attemptId, cause);
    return isLastAttempt(job) ? lock.runExclusive(work) : lock.runShared(work);
  };
};
