import { StreamMoved, type Cause } from '@lego-moc/application/event-streams';
import { isRejection } from '@lego-moc/kernel/decider';
import { derivedId } from '@lego-moc/kernel/ids';
import type { FileJobCommand } from '../domain/file-job.ts';
import type { AttemptId, Submission } from '../domain/file-job-events.ts';
import { AttemptSuperseded } from './attempt-superseded.ts';
import type { HandleFileJob, LoadJob } from './file-jobs.ts';
import { startHeartbeat } from './heartbeat.ts';
import type { JobLeases } from './ports/job-leases.ts';
import type { KindMemory } from './ports/kind-memory.ts';
import { UnreadableFile } from './ports/parts-list-reader.ts';
import { readLots, type LotReading } from './read-lots.ts';
import type { Attempt } from './read-pass.ts';
import { rememberDecisions } from './remember-decisions.ts';

export type AttemptNeeds = LotReading & {
  /** The job no older than after the last command that was handled here. */
  readonly lastSeen: LoadJob;
  readonly handle: HandleFileJob;
  readonly leases: JobLeases;
  readonly kinds: KindMemory;
  /** Whether an error passes by itself. Any other is a bug, or what the file does to its reader. */
  readonly isOutage: (error: unknown) => boolean;
};

/** Runs one attempt at a job whose lease it holds, and records its outcome. Throws when the attempt breaks off. */
export const attemptRunner = ({ lastSeen, handle, leases, kinds, isOutage, ...reading }: AttemptNeeds) => {
  const read = readLots({ ...reading, kinds });
  const { lots, now } = reading;

  const readToOutcome = async (attempt: Attempt): Promise<FileJobCommand> => {
    const { jobId, attemptId } = attempt;
    const stop = new AbortController();
    const progress = { lots: 0, bytes: 0, lines: 0, signal: stop.signal };
    const heartbeat = startHeartbeat(
      () => leases.renew(jobId, attemptId, progress),
      () => stop.abort(new AttemptSuperseded()),
    );
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

  return async ({ jobId }: Submission, attemptId: AttemptId, cause: Cause): Promise<void> => {
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
    const outcome = await readToOutcome({ ...job.submission, ...job }).catch(async (error: unknown) => {
      const isFault = !(error instanceof AttemptSuperseded || error instanceof StreamMoved || isOutage(error));
      if (isFault) {
        await handle(jobId, { type: 'FailAttempt', data: { attemptId, at: now() } }, step('fail'));
        await lots.clear(jobId, attemptId);
      }
      throw error;
    });
    const result = await handle(jobId, outcome, step('conclude'));
    if (outcome.type !== 'CompleteParsing' || isRejection(result)) await lots.clear(jobId, attemptId);
  };
};
