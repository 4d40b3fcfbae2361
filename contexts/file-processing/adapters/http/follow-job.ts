import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { VisibleJob } from './visible-job.ts';

type Status = VisibleJob['status'];
type JobView = { readonly status: Status };

/** Whether the job goes on without anybody doing anything. */
export const isUnderWay = ({ status }: { readonly status: Status }): boolean =>
  status === 'queued' || status === 'parsing';

/** Changes are looked for at this interval; a worker stores its progress once a second. */
const LOOK_INTERVAL_MS = 500;

/** Less than a service or the gateway waits when it stops, and less than a silent answer may last. */
const STREAM_MS_MAX = 15_000;

/** How soon an EventSource opens the stream again, in milliseconds. */
const RETRY_MS = 1_000;

/** Passed over by clients. */
const COMMENT = ':\n\n';

const eventOf = (status: string, data: string): string => `event: ${status}\nid: ${status}\ndata: ${data}\n\n`;

/**
 * A job as server-sent events: its state at once, and again after each change, until it is not under way any more or
 * the time is over. `look` answers `undefined` when the job cannot be seen any more, which ends the stream with an
 * event `withdrawn`. An error of `look` breaks the stream off, so that the client opens it again.
 */
export const followJob = (
  look: () => Promise<JobView | undefined>,
  { intervalMs = LOOK_INTERVAL_MS, msMax = STREAM_MS_MAX } = {},
): Readable => {
  const events = async function* (): AsyncGenerator<string> {
    yield `retry: ${RETRY_MS}\n\n`;
    let latest: string | undefined;
    for (let waitedMs = 0; waitedMs < msMax; waitedMs += intervalMs) {
      const job = await look();
      if (job === undefined) {
        yield eventOf('withdrawn', '{}');
        return;
      }
      const data = JSON.stringify(job);
      // Also when nothing changed: only here does the stream notice that its client is gone.
      yield data === latest ? COMMENT : eventOf(job.status, data);
      if (!isUnderWay(job)) return;
      latest = data;
      await sleep(intervalMs);
    }
  };
  return Readable.from(events());
};
