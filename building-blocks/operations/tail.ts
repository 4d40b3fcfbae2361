import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { catchUp } from '@lego-moc/event-store/catch-up';
import type { EventStoreClient } from '@lego-moc/event-store/connect';
import type { DeliveredEvent, Source } from '@lego-moc/event-store/delivered-event';
import { toSummary } from './event-views.ts';

/** More a second nobody reads; a client gets at most some 25 kB of them. */
const EVENTS_PER_INTERVAL_MAX = 50;
const INTERVAL_MS = 1_000;

/** Less than a service or the gateway waits when it stops, and less than a silent answer may last. */
const TAIL_MS_MAX = 15_000;

const RETRY_MS = 500;

export type TailFilter = { readonly category?: string | undefined; readonly type?: string | undefined };

const sourceOf = ({ category, type }: TailFilter): Source => {
  if (category !== undefined) return { streamPrefixes: [`${category}-`] };
  return type === undefined ? { streams: 'all' } : { eventTypes: [type] };
};

/** What was recorded within an interval: the first fifty, and how many more there were. */
const createWindow = () => {
  let events: DeliveredEvent[] = [];
  let skipCount = 0;
  return {
    add: (event: DeliveredEvent): void => {
      if (events.length < EVENTS_PER_INTERVAL_MAX) events.push(event);
      else skipCount += 1;
    },
    take: () => {
      const content = { events, skipCount };
      events = [];
      skipCount = 0;
      return content;
    },
  };
};

const message = (event: string, data: unknown): string => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

/** Events of all services from now on, as server-sent events: at most fifty a second, and how many were left out. */
export const tail = (
  client: EventStoreClient,
  filter: TailFilter,
  { intervalMs = INTERVAL_MS, msMax = TAIL_MS_MAX } = {},
): Readable => {
  const controller = new AbortController();
  const { add, take } = createWindow();
  const follow = async (): Promise<void> => {
    const options = { source: sourceOf(filter), from: 'end', live: true, signal: controller.signal } as const;
    for await (const event of catchUp(client, options))
      if (filter.type === undefined || event.type === filter.type) add(event);
  };

  const messages = async function* (): AsyncGenerator<string> {
    const following = follow().catch(() => controller.abort());
    try {
      yield `retry: ${String(RETRY_MS)}\n\n`;
      for (let waitedMs = 0; waitedMs < msMax && !controller.signal.aborted; waitedMs += intervalMs) {
        await sleep(intervalMs);
        const { events, skipCount } = take();
        const lines = events.map((event) => message('recorded', toSummary(event)));
        if (skipCount > 0) lines.push(message('skipped', { count: skipCount }));
        // Only by writing does the stream notice that its client is gone.
        yield lines.length === 0 ? ':\n\n' : lines.join('');
      }
    } finally {
      controller.abort();
      await following;
    }
  };
  return Readable.from(messages());
};
