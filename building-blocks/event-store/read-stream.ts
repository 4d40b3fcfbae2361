import { setTimeout as sleep } from 'node:timers/promises';
import { BACKWARDS, END, StreamNotFoundError, type ResolvedEvent } from '@eventstore/db-client';
import { retryDelayMs } from '@lego-moc/application/back-off';
import type { Revision } from '@lego-moc/application/event-streams';
import type { EventStoreClient } from './connect.ts';
import { toDeliveredEvent, type DeliveredEvent } from './delivered-event.ts';
import { isRetryable, RETRY_POLICY, retryUnavailable } from './retry.ts';
import { EventStoreUnavailable } from './unavailable.ts';

/** A store that accepts a read and sends nothing for so long counts as unavailable. */
const READ_TIMEOUT_MS = 3_000;

/** Events that may wait for the reader: what has arrived is decoded in one go, while the reader does something else. */
const BUFFER = { highWaterMark: 500 };

async function* readOnce(client: EventStoreClient, stream: string, from: bigint): AsyncIterable<DeliveredEvent> {
  const messages = client.readStream(stream, { fromRevision: from }, BUFFER);
  const connection = client.connection();
  let consumerHasTurn = false;
  const silenceTimer = setInterval(() => {
    if (consumerHasTurn) return;
    client.replaceConnection(connection);
    messages.destroy(new EventStoreUnavailable(new Error(`Silent for ${READ_TIMEOUT_MS} ms`)));
  }, READ_TIMEOUT_MS);
  try {
    // Destroying the stream on an early exit would make the client keep the unread rest of the call for ever.
    const events = messages.iterator({ destroyOnReturn: false }) as AsyncIterable<ResolvedEvent>;
    for await (const { event, commitPosition } of events) {
      consumerHasTurn = true;
      if (event !== undefined) yield toDeliveredEvent(event, commitPosition);
      consumerHasTurn = false;
      silenceTimer.refresh();
    }
  } catch (error) {
    if (!(error instanceof StreamNotFoundError)) throw error;
  } finally {
    clearInterval(silenceTimer);
    messages.on('error', () => undefined).resume();
    void messages.cancel().catch(() => undefined); // still open after an early exit
  }
}

/**
 * The events of one stream from revision `from` on, oldest first; an unknown stream is empty. A read that breaks off is
 * continued where it stopped. Throws `EventStoreUnavailable`.
 */
export async function* readStreamEvents(
  client: EventStoreClient,
  stream: string,
  from = 0n,
): AsyncIterable<DeliveredEvent> {
  let next = from;
  let retryUntil = performance.now() + RETRY_POLICY.totalMs;
  for (let attempt = 1; ; attempt += 1) {
    try {
      for await (const event of readOnce(client, stream, next)) {
        yield event;
        next = event.revision + 1n;
        attempt = 1;
        retryUntil = performance.now() + RETRY_POLICY.totalMs;
      }
      return;
    } catch (error) {
      if (!isRetryable(error)) throw error;
      const pause = retryDelayMs(RETRY_POLICY.pausesMs, attempt - 1);
      if (pause === undefined || performance.now() >= retryUntil) throw new EventStoreUnavailable(error);
      await sleep(pause);
    }
  }
}

const fetchLastRevision = async (client: EventStoreClient, stream: string): Promise<Revision> => {
  let last: Revision = 'no-stream';
  for await (const { event } of client.readStream(stream, { direction: BACKWARDS, fromRevision: END, maxCount: 1 }))
    last = event?.revision ?? last;
  return last;
};

/** The revision of the last event of a stream. Throws `EventStoreUnavailable`. */
export const lastRevision = async (client: EventStoreClient, stream: string): Promise<Revision> => {
  try {
    return await retryUnavailable(client, () => fetchLastRevision(client, stream));
  } catch (error) {
    if (error instanceof StreamNotFoundError) return 'no-stream';
    throw error;
  }
};
