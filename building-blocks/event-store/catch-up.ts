import { setTimeout as sleep } from 'node:timers/promises';
import { END, START, type AllStreamSubscription, type StreamSubscription } from '@eventstore/db-client';
import { retryDelayMs } from '@lego-moc/application/back-off';
import type { Logger } from '@lego-moc/logger/logger';
import { requireConfirmation } from './confirmation.ts';
import type { EventStoreClient } from './connect.ts';
import { isStreamDeletedMarker, toDeliveredEvent, type DeliveredEvent, type Source } from './delivered-event.ts';
import { lastRevision, readStreamEvents } from './read-stream.ts';
import { isRetryable, RETRY_POLICY } from './retry.ts';
import { filterOf } from './source-filter.ts';
import { EventStoreUnavailable } from './unavailable.ts';

export type CatchUpOptions = {
  readonly source: Source;
  /**
   * The last event that was seen already: its revision for one stream, its commit position for prefixes. Delivery
   * goes on behind it. `'end'` delivers only what is recorded from now on, and may miss what is recorded while a
   * connection that has delivered nothing yet is lost.
   */
  readonly from: bigint | 'start' | 'end';
  /** Goes on with new events instead of ending when all are read; ends when `signal` aborts. */
  readonly live?: boolean;
  /** Ends with the last event at or before this commit position, at which there is an event of the source. */
  readonly until?: bigint;
  readonly signal?: AbortSignal;
  /** Called when a connection is lost; it is made again. */
  readonly logger?: Pick<Logger, 'warn'>;
};

type StartPoint = CatchUpOptions['from'];

const MAX_LIVE_PAUSE_MS = 5_000;

/** Events that may wait for the reader: a batch is decoded at once while the reader works. */
const BUFFER = { highWaterMark: 500 };

const boundary = (place: 'start' | 'end'): typeof START | typeof END => (place === 'start' ? START : END);

const open = (
  client: EventStoreClient,
  source: Source,
  after: StartPoint,
): AllStreamSubscription | StreamSubscription =>
  'stream' in source
    ? client.subscribeToStream(
        source.stream,
        { fromRevision: typeof after === 'bigint' ? after : boundary(after) },
        BUFFER,
      )
    : client.subscribeToAll(
        {
          fromPosition: typeof after === 'bigint' ? { commit: after, prepare: after } : boundary(after),
          filter: filterOf(source),
        },
        BUFFER,
      );

/**
 * Marks in the stream of messages where history ends: the client reports it by an event that overtakes the messages.
 */
const CAUGHT_UP = Symbol('caught up');

type Item =
  { readonly event?: Parameters<typeof toDeliveredEvent>[0]; readonly commitPosition?: bigint } | typeof CAUGHT_UP;

async function* subscribeOnce(
  client: EventStoreClient,
  { source, live = false, until, signal }: CatchUpOptions,
  after: StartPoint,
): AsyncIterable<DeliveredEvent> {
  const subscription = open(client, source, after);
  subscription.on('error', () => undefined); // the loop below reports errors; one after its end concerns nobody
  requireConfirmation(subscription);
  if (!live) subscription.on('caughtUp', () => subscription.push(CAUGHT_UP));
  const end = (): void => void subscription.push(CAUGHT_UP);
  signal?.addEventListener('abort', end);
  try {
    for await (const item of subscription as AsyncIterable<Item>) {
      if (item === CAUGHT_UP) return;
      if (item.event === undefined || isStreamDeletedMarker(item.event)) continue;
      const event = toDeliveredEvent(item.event, item.commitPosition);
      if (until !== undefined && event.position > until) return;
      yield event;
      if (event.position === until) return;
    }
    throw new EventStoreUnavailable(new Error('The subscription ended'));
  } finally {
    signal?.removeEventListener('abort', end);
    void subscription.unsubscribe().catch(() => undefined);
  }
}

/** The events of a stream up to where it ended at the beginning. A subscription would never end on a missing stream. */
async function* readToEnd(client: EventStoreClient, stream: string, after: StartPoint): AsyncIterable<DeliveredEvent> {
  const end = await lastRevision(client, stream);
  const first = typeof after === 'bigint' ? after + 1n : 0n;
  if (after === 'end' || end === 'no-stream' || first > end) return;
  for await (const event of readStreamEvents(client, stream, first)) {
    yield event;
    if (event.revision >= end) return;
  }
}

async function* subscribe(client: EventStoreClient, options: CatchUpOptions): AsyncIterable<DeliveredEvent> {
  const { source, live = false, signal, logger } = options;
  let after: StartPoint = options.from;
  for (let attempt = 1; signal?.aborted !== true; attempt += 1) {
    try {
      for await (const event of subscribeOnce(client, options, after)) {
        yield event;
        after = 'stream' in source ? event.revision : event.position;
        attempt = 1;
      }
      return;
    } catch (error) {
      if (!isRetryable(error)) throw error;
      const pause = retryDelayMs(RETRY_POLICY.pausesMs, attempt - 1) ?? (live ? MAX_LIVE_PAUSE_MS : undefined);
      if (pause === undefined) throw new EventStoreUnavailable(error);
      logger?.warn('Catch-up subscription lost, subscribing again', { source, attempt, error });
      await sleep(pause);
    }
  }
}

/**
 * Events in the order of the log, each once, however often the connection breaks. Ends at the end unless `live`; a
 * stream that does not exist has no events. Throws `EventStoreUnavailable` when the store stays away and `live` is not
 * set; waits for it otherwise.
 */
export const catchUp = (client: EventStoreClient, options: CatchUpOptions): AsyncIterable<DeliveredEvent> => {
  const { source, from, live = false } = options;
  return 'stream' in source && !live ? readToEnd(client, source.stream, from) : subscribe(client, options);
};
