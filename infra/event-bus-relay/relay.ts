import { StreamMoved } from '@lego-moc/application/event-streams';
import { turns } from '@lego-moc/application/turns';
import { busEventOf, sizeOf, type BusEvent } from '@lego-moc/event-bus/bus-event';
import { EventRefused, type EventPublisher } from '@lego-moc/event-bus/event-publisher';
import { catchUp } from '@lego-moc/event-store/catch-up';
import type { EventStoreClient } from '@lego-moc/event-store/connect';
import type { DeliveredEvent } from '@lego-moc/event-store/delivered-event';
import type { Logger } from '@lego-moc/logger/logger';
import { loadPosition, loadSkippedIds, recordSkipped, savePosition, type RelayPosition } from './relay-position.ts';

export type RelayOptions = {
  /** Names its streams and its group. */
  readonly name: string;
  readonly client: EventStoreClient;
  readonly publisher: EventPublisher;
  readonly logger: Logger;
  /** The streams that are relayed begin with this. */
  readonly streamPrefix: string;
  readonly onRelayed?: (events: readonly DeliveredEvent[]) => void;
  readonly onSkipped?: (event: DeliveredEvent) => void;
};

/** An event of the batch was skipped and needs attempts of its own. */
class SkippedInBatch extends Error {
  constructor() {
    super('The event bus did not accept an event of this batch');
    this.name = 'SkippedInBatch';
  }
}

/** Another relay saved its position meanwhile; the next attempt goes on from there. */
class RelayOvertaken extends Error {
  readonly outage = true;

  constructor(cause: Error) {
    super('Another relay is at work', { cause });
    this.name = 'RelayOvertaken';
  }
}

/** Events in flight at once. */
const BATCH_EVENTS_MAX = 256;
const BATCH_BYTES_MAX = 8_000_000;
/** A call goes on beyond its event while there is more, but leaves time for its answer. */
const READ_AHEAD_EVENTS = 2_048;

type Item = { readonly event: DeliveredEvent; readonly message: BusEvent | undefined };

/** Events without the envelope have no message. */
const toItem = (event: DeliveredEvent): Item => {
  try {
    return { event, message: busEventOf(event) };
  } catch {
    return { event, message: undefined };
  }
};

/** Publishes items in order, and goes on without those that the bus refuses. */
const createBatchPublisher = ({ name, client, publisher, logger, onSkipped = () => undefined }: RelayOptions) => {
  let skippedIds = new Set<string>();

  const skip = async (event: DeliveredEvent, reason: string): Promise<void> => {
    logger.error('Event skipped: it cannot be relayed', { eventId: event.eventId, stream: event.stream, reason });
    await recordSkipped(client, name, event, reason);
    if (!skippedIds.has(event.eventId)) onSkipped(event);
    skippedIds.add(event.eventId);
  };

  const publish = async (items: readonly Item[]): Promise<void> => {
    const messages = items.flatMap(({ message }) => message ?? []);
    try {
      if (messages.length > 0) await publisher.publish(messages);
    } catch (error) {
      if (!(error instanceof EventRefused)) throw error;
      const refusedItem = items.find(({ message }) => message?.envelope.eventId === error.eventId);
      if (refusedItem === undefined) throw error;
      await skip(refusedItem.event, error.message);
      await publish(items.filter((item) => item !== refusedItem));
    }
  };

  return {
    publish: async (items: readonly Item[]): Promise<void> => {
      for (const { event, message } of items)
        if (message === undefined && !skippedIds.has(event.eventId)) await skip(event, 'It has no envelope');
      await publish(items.filter(({ event }) => !skippedIds.has(event.eventId)));
    },
    isSkipped: ({ eventId }: DeliveredEvent): boolean => skippedIds.has(eventId),
    reload: async (): Promise<void> => {
      skippedIds = await loadSkippedIds(client, name);
    },
  };
};

/**
 * Relays integration events to a bus in the order of the log, each at least once. `handle` and `handleAll` are handlers of
 * a persistent subscription, whose deliveries only say that there is something to relay: what, follows from the position
 * that is saved after the confirmation of the bus.
 */
export const createRelay = (options: RelayOptions) => {
  const { name, client, publisher, streamPrefix, onRelayed = () => undefined } = options;
  const batches = createBatchPublisher(options);
  const inTurn = turns();
  let position: RelayPosition | undefined;

  const flush = async (from: RelayPosition, items: readonly Item[]): Promise<RelayPosition> => {
    if (items.length === 0) return from;
    await batches.publish(items);
    const events = items.map(({ event }) => event);
    const next = await savePosition(client, name, from, events);
    position = next;
    onRelayed(events.filter((event) => !batches.isSkipped(event)));
    return next;
  };

  const relayFrom = async (start: RelayPosition, until: bigint): Promise<void> => {
    let current = start;
    let items: Item[] = [];
    let [bytes, count] = [0, 0];
    const source = { streamPrefixes: [streamPrefix] };
    for await (const event of catchUp(client, { source, from: start.place?.position ?? 'start' })) {
      const item = toItem(event);
      items.push(item);
      bytes += item.message === undefined ? 0 : sizeOf(item.message);
      count += 1;
      if (items.length < BATCH_EVENTS_MAX && bytes < BATCH_BYTES_MAX) continue;
      current = await flush(current, items);
      [items, bytes] = [[], 0];
      if (event.position >= until && count >= READ_AHEAD_EVENTS) return;
    }
    await flush(current, items);
  };

  const load = async (): Promise<RelayPosition> => {
    await batches.reload();
    return (position = await loadPosition(client, name));
  };

  const relayUntil = (until: bigint): Promise<void> =>
    inTurn(name, async () => {
      const start = position ?? (await load());
      if ((start.place?.position ?? -1n) >= until) return;
      try {
        await relayFrom(start, until);
      } catch (error) {
        if (!(error instanceof StreamMoved)) throw error;
        position = undefined;
        throw new RelayOvertaken(error);
      }
    });

  return {
    /** Relays everything up to this event, and the event itself once more if it was skipped. */
    handle: async (event: DeliveredEvent): Promise<void> => {
      await relayUntil(event.position);
      if (batches.isSkipped(event)) await publisher.publish([busEventOf(event)]);
    },
    handleAll: async (events: readonly DeliveredEvent[]): Promise<void> => {
      await relayUntil(events.reduce((max, event) => (event.position > max ? event.position : max), -1n));
      if (events.some(batches.isSkipped)) throw new SkippedInBatch();
    },
    /** What the bus has confirmed, as far as this process knows: `undefined` before its first event. */
    confirmedPlace: (): Pick<RelayPosition, 'place' | 'streams'> | undefined => position,
  };
};

export type Relay = ReturnType<typeof createRelay>;
