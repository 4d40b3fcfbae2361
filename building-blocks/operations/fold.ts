import type { EventStoreClient } from '@lego-moc/event-store/connect';
import type { DeliveredEvent } from '@lego-moc/event-store/delivered-event';
import { readStreamEvents } from '@lego-moc/event-store/read-stream';
import type { Category } from './categories.ts';

/** An event as it is stored and as the domain knows it. */
type DecodedEvent = {
  readonly record: DeliveredEvent;
  readonly event: { readonly type: string; readonly data: unknown };
};

/** The history of an aggregate up to some event. */
export type Past = {
  readonly state: unknown;
  readonly events: readonly DecodedEvent[];
  readonly last: DeliveredEvent;
};

/** Longer histories are looked at event by event. */
const EVENTS_MAX = 20_000;

/** The stream has more events than are folded for an operator. */
export class HistoryTooLong extends Error {}

/**
 * Folds the events of a stream as the service does, as long as `includes` holds; `undefined` when it holds for none.
 * Throws `EventStoreUnavailable`, `HistoryTooLong`.
 */
export const foldPast = async (
  client: EventStoreClient,
  { name, codec, fold }: Category,
  id: string,
  includes: (event: DeliveredEvent) => boolean,
): Promise<Past | undefined> => {
  if (fold === undefined) return undefined;
  const events: DecodedEvent[] = [];
  let state = fold.initial;
  let last: DeliveredEvent | undefined;
  for await (const record of readStreamEvents(client, `${name}-${id}`)) {
    if (!includes(record)) break;
    if (events.length >= EVENTS_MAX) throw new HistoryTooLong();
    const event = codec.decode(record.type, record.data) as DecodedEvent['event'] | undefined;
    last = record;
    if (event === undefined) continue;
    state = fold.evolve(state, event);
    events.push({ record, event });
  }
  return last === undefined ? undefined : { state, events, last };
};
