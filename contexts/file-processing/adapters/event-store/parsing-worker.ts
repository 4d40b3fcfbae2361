import { setTimeout as sleep } from 'node:timers/promises';
import { isOutage } from '@lego-moc/event-store/outage';
import { reactionTo, type DeliveredEvent } from '@lego-moc/event-store/delivered-event';
import { StreamMoved, type Cause } from '@lego-moc/application/event-streams';
import { newId } from '@lego-moc/application/new-id';
import type { ParseFile } from '../../application/parse-file.ts';
import type { AttemptId, JobId } from '../../domain/file-job-events.ts';
import { CATEGORY } from './file-job-codec.ts';

const PREFIX = `${CATEGORY}-`;

/** The events after which a file is to be read. */
const QUEUED_BY: ReadonlySet<string> = new Set([
  'file-processing.FileSubmitted',
  'file-processing.ColumnsDecided',
  'file-processing.ColourSchemeDecided',
]);

/** Twice the time limit for reading: a worker that holds a message longer has crashed. */
export const MESSAGE_TIMEOUT_MS = 600_000;

const BUSY_PAUSE_MS = 1_000;
const BUSY_PAUSES_MAX = 450;

/** Handles a delivered event of a job. Exported for the test that delivers twice. */
export const onSubmission = (parse: ParseFile, pauseMs = BUSY_PAUSE_MS): ((event: DeliveredEvent) => Promise<void>) => {
  // Neither an outage nor a conflict is the fault of the file, so the same attempt is repeated. A bug or a crash counts.
  const attempts = new Map<JobId, AttemptId>();
  // A message is delivered again when the connection is lost, while its first handler is still running.
  const running = new Map<JobId, ReturnType<ParseFile>>();

  const parseAttempt: ParseFile = async (jobId, attemptId, cause) => {
    try {
      const result = await parse(jobId, attemptId, cause);
      attempts.delete(jobId);
      return result;
    } catch (error) {
      if (!isOutage(error) && !(error instanceof StreamMoved)) attempts.delete(jobId);
      throw error;
    } finally {
      running.delete(jobId);
    }
  };

  const parseOnce = (jobId: JobId, cause: Cause): ReturnType<ParseFile> => {
    const inFlight = running.get(jobId);
    if (inFlight !== undefined) return inFlight;
    const attemptId = attempts.get(jobId) ?? (newId() as AttemptId);
    attempts.set(jobId, attemptId);
    const work = parseAttempt(jobId, attemptId, cause);
    running.set(jobId, work);
    return work;
  };

  return async (event) => {
    if (!QUEUED_BY.has(event.type)) return;
    const jobId = event.stream.slice(PREFIX.length) as JobId;
    const cause = reactionTo(event, { commandId: event.cause.commandId });
    for (let pauses = 0; pauses <= BUSY_PAUSES_MAX; pauses += 1) {
      if ((await parseOnce(jobId, cause)) === 'finished') return;
      await sleep(pauseMs, undefined, { ref: false });
    }
    throw new Error(`Another worker holds the lease of job ${jobId} and does not finish it`);
  };
};
