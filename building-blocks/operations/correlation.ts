import type { EventStoreClient } from '@lego-moc/event-store/connect';
import type { DeliveredEvent } from '@lego-moc/event-store/delivered-event';
import { readLinks } from '@lego-moc/event-store/stream-pages';
import type { EventSummary } from './contracts/events.ts';
import { toSummary } from './event-views.ts';

/** One request of a user leads to some dozens of events; what leads to more is looked at by its streams. */
const EVENTS_MAX = 1_000;

/** The events that one request led to, in the order in which they were linked. */
export type Correlation = { readonly events: readonly DeliveredEvent[]; readonly isComplete: boolean };

/**
 * Reads the links that the store's projection `$by_correlation_id` keeps; none when it does not run. Throws
 * `EventStoreUnavailable`.
 */
export const readCorrelation = async (client: EventStoreClient, correlationId: string): Promise<Correlation> => {
  const links = await readLinks(client, `$bc-${correlationId}`, { direction: 'forwards', limit: EVENTS_MAX + 1 });
  const events = links.slice(0, EVENTS_MAX).flatMap(({ event }) => event ?? []);
  return { events, isComplete: links.length <= EVENTS_MAX };
};

type Node = EventSummary & {
  readonly offsetMs: number;
  readonly parent: string | null;
  readonly depth: number;
};

const byTime = (event: DeliveredEvent, other: DeliveredEvent): number =>
  Date.parse(event.recordedAt) - Date.parse(other.recordedAt) ||
  (event.position < other.position ? -1 : event.position > other.position ? 1 : 0);

/** The events with their places in the tree of causes, the oldest first. A circle of causes begins at its oldest event. */
export const causationTree = (events: readonly DeliveredEvent[]): readonly Node[] => {
  const sequence = events.toSorted(byTime);
  const begin = sequence[0] === undefined ? 0 : Date.parse(sequence[0].recordedAt);
  const depths = new Map<string, number>();
  return sequence.map((event) => {
    // An effect is never older than its cause, so that a cause has its depth by now.
    const cause = event.cause.causedBy;
    const above = cause === undefined ? undefined : depths.get(cause);
    const depth = above === undefined ? 0 : above + 1;
    depths.set(event.eventId, depth);
    return {
      ...toSummary(event),
      offsetMs: Date.parse(event.recordedAt) - begin,
      parent: above === undefined ? null : (cause ?? null),
      depth,
    };
  });
};
