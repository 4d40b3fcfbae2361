import { setTimeout as sleep } from 'node:timers/promises';
import type { EventStoreClient } from '@lego-moc/event-store/connect';
import { isOutage } from '@lego-moc/event-store/outage';
import { subscribePersistently, type Delivered, type Subscription } from '@lego-moc/event-store/subscriptions';
import type { Cause } from '@lego-moc/kernel/event-streams';
import { newId } from '@lego-moc/kernel/ids';
import type { Logger } from '@lego-moc/logger/logger';
import type { ParseFile } from '../../application/parse-file.ts';
import type { AttemptId, JobId } from '../../domain/file-job-events.ts';
import { CATEGORY } from './file-job-codec.ts';

const PREFIX = `${CATEGORY}-`;

/** Of all that happens to a job, this is what makes work. */
const SUBMITTED = 'file-processing.FileSubmitted';

/** Twice what reading may take: whoever holds a file longer is gone. */
export const MESSAGE_TIMEOUT_MS = 600_000;

const BUSY_PAUSE_MS = 1_000;
const BUSY_PAUSES_MAX = 450;

/** A delivered job as the use case wants it. Exported for the test that delivers twice. */
export const onSubmission = (parse: ParseFile, pauseMs = BUSY_PAUSE_MS): ((delivered: Delivered) => Promise<void>) => {
  // After an outage the same attempt goes on: the file is not to blame. After a bug or a crash it is another one.
  const attempts = new Map<JobId, AttemptId>();
  // A message comes again when its connection is lost, while its first handler is still at work.
  const running = new Map<JobId, ReturnType<ParseFile>>();

  const begin: ParseFile = async (jobId, attemptId, cause) => {
    try {
      const outcome = await parse(jobId, attemptId, cause);
      attempts.delete(jobId);
      return outcome;
    } catch (error) {
      if (!isOutage(error)) attempts.delete(jobId);
      throw error;
    } finally {
      running.delete(jobId);
    }
  };

  const parseOnce = (jobId: JobId, cause: Cause): ReturnType<ParseFile> => {
    const underWay = running.get(jobId);
    if (underWay !== undefined) return underWay;
    const attemptId = attempts.get(jobId) ?? (newId() as AttemptId);
    attempts.set(jobId, attemptId);
    const work = begin(jobId, attemptId, cause);
    running.set(jobId, work);
    return work;
  };

  return async ({ type, stream, cause }) => {
    if (type !== SUBMITTED) return;
    const jobId = stream.slice(PREFIX.length) as JobId;
    for (let pauses = 0; pauses <= BUSY_PAUSES_MAX; pauses += 1) {
      if ((await parseOnce(jobId, cause)) === 'over') return;
      await sleep(pauseMs, undefined, { ref: false });
    }
    throw new Error(`Another worker holds job ${jobId} and does not finish it`);
  };
};

/** Reads submitted files, `concurrency` at a time. A job whose worker dies is offered to the next one. */
export const parsingWorker = (
  client: EventStoreClient,
  { parse, concurrency, logger }: { readonly parse: ParseFile; readonly concurrency: number; readonly logger: Logger },
): Subscription =>
  subscribePersistently(client, {
    group: 'file-processing-parsing',
    source: { streamPrefixes: [PREFIX] },
    handle: onSubmission(parse),
    concurrency,
    messageTimeoutMs: MESSAGE_TIMEOUT_MS,
    logger,
  });
