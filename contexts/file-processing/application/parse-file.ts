import type { HandleCommand } from '@lego-moc/kernel/command-handler';
import { isRejection } from '@lego-moc/kernel/decider';
import type { Cause } from '@lego-moc/kernel/event-streams';
import { derivedId } from '@lego-moc/kernel/ids';
import { isLastAttempt, type FileJob, type FileJobCommand, type FileJobRejection } from '../domain/file-job.ts';
import type { AttemptId, JobId, Submission } from '../domain/file-job-events.ts';
import { keptAlive } from './kept-alive.ts';
import type { Attempts } from './ports/attempts.ts';
import { UnreadableFile } from './ports/parts-list-reader.ts';
import { turns } from './turns.ts';
import { NotWanted, readLots, type Attempt, type LotReading } from './read-lots.ts';

export type LoadJob = (jobId: JobId) => Promise<FileJob>;
export type HandleFileJob = HandleCommand<FileJobCommand, FileJobRejection>;

export type Parsing = LotReading & {
  readonly load: LoadJob;
  readonly handle: HandleFileJob;
  readonly attempts: Attempts;
};

/** `over`: the job has its outcome. `busy`: someone else is at it; look again later. */
export type ParseFile = (jobId: JobId, attemptId: AttemptId, cause: Cause) => Promise<'over' | 'busy'>;

/**
 * Reads the file of a job and records the outcome. Harmless to repeat: as the same attempt after an outage, as another
 * one after a crash. What it throws is an outage or a bug; the job waits until it is called again.
 */
export const parseFile = ({ load, handle, attempts, ...reading }: Parsing): ParseFile => {
  const read = readLots(reading);
  const { lots, now } = reading;
  // A file that ends the process takes those with it that are read beside it. The last attempt tells which one it was.
  const { alone, together } = turns();

  const conclusion = async (attempt: Attempt): Promise<FileJobCommand> => {
    const { jobId, attemptId } = attempt;
    const watch = { lots: 0, bytes: 0, goOn: () => !pulse.lost() };
    const pulse = keptAlive(() => attempts.beat(jobId, attemptId, watch));
    try {
      const findings = await read(attempt, watch);
      await attempts.beat(jobId, attemptId, watch);
      return { type: 'CompleteParsing', data: { attemptId, findings, at: now() } };
    } catch (error) {
      if (!(error instanceof UnreadableFile)) throw error;
      return { type: 'FailParsing', data: { attemptId, failure: error.failure, at: now() } };
    } finally {
      await pulse.stop();
    }
  };

  const attempt = async ({ jobId, fileId }: Submission, attemptId: AttemptId, cause: Cause): Promise<void> => {
    const step = (name: string): Cause => ({
      ...cause,
      commandId: derivedId('file-processing', jobId, attemptId, name),
      actor: 'file-processing',
    });
    const started = await handle(jobId, { type: 'StartParsing', data: { attemptId, at: now() } }, step('start'));
    if (isRejection(started)) return;
    const job = await load(jobId);
    if (job.status !== 'parsing' || job.attemptId !== attemptId) return;
    await lots.clear(jobId, attemptId);
    await handle(jobId, await conclusion({ jobId, attemptId, fileId }), step('conclude'));
  };

  const attemptIfFree = async (submission: Submission, attemptId: AttemptId, cause: Cause): ReturnType<ParseFile> => {
    const { jobId } = submission;
    if (!(await attempts.take(jobId, attemptId))) return 'busy';
    try {
      await attempt(submission, attemptId, cause);
      return 'over';
    } catch (error) {
      if (error instanceof NotWanted) return 'busy';
      throw error;
    } finally {
      await attempts.release(jobId, attemptId);
    }
  };

  return async (jobId, attemptId, cause) => {
    const job = await load(jobId);
    if (job.status !== 'queued' && job.status !== 'parsing') return 'over';
    const work = (): ReturnType<ParseFile> => attemptIfFree(job.submission, attemptId, cause);
    return isLastAttempt(job) ? alone(work) : together(work);
  };
};
