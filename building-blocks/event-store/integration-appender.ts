import { appendEvents } from './append-events.ts';
import type { EventStoreClient } from './connect.ts';
import { integrationStream } from './integration-events.ts';
import type { Cursor } from './publication-log.ts';
import type { PendingEvent } from './to-integration-events.ts';

/** An append may have 1 MiB; the rest is for metadata. */
const MAX_APPEND_BYTES = 800_000;
const MAX_APPEND_EVENTS = 500;

/**
 * Appends to the integration stream in the order of `add`, in as few appends as their size allows, each at the exact
 * revision behind the one before. Its methods throw `StreamMoved` and `EventStoreUnavailable`.
 */
export const createIntegrationAppender = (client: EventStoreClient, context: string, start: Cursor) => {
  let cursor = start;
  let pending: PendingEvent[] = [];
  let bytes = 0;

  const flush = async (): Promise<void> => {
    const last = pending.at(-1);
    if (last === undefined) return;
    const events = pending.map(({ event }) => event);
    const revision = await appendEvents(client, integrationStream(context), events, cursor.revision);
    for (const { span } of pending) span.end();
    cursor = { revision, origin: last.origin };
    pending = [];
    bytes = 0;
  };

  return {
    /** The last revision of the stream after the last `flush`. */
    cursor: (): Cursor => cursor,
    flush,
    add: async (events: readonly PendingEvent[]): Promise<void> => {
      for (const event of events) {
        if (pending.length >= MAX_APPEND_EVENTS || bytes + event.bytes > MAX_APPEND_BYTES) await flush();
        pending.push(event);
        bytes += event.bytes;
      }
    },
  };
};
