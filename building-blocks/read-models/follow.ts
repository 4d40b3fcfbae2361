import type { EventStoreClient } from '@lego-moc/event-store/connect';
import { readStreamEvents } from '@lego-moc/event-store/read-stream';
import type { DeliveredEvent } from '@lego-moc/event-store/delivered-event';
import { applyEvent, type Definition, type RowRevision } from './definition.ts';
import { GenerationReplaced, type Change, type ReadModelStore, type StoredRow } from './read-model-store.ts';
import { createRowCache } from './row-cache.ts';
import { shapeOf } from './shape.ts';

/** A rebuild under way, or another instance that writes the same rows at the same time: both rarely repeat. */
const ATTEMPTS_MAX = 10;

/** A newer release has rebuilt the read model with other columns: its messages are for that release. */
export class ShapeMoved extends Error {
  readonly outage = true;

  constructor(name: string) {
    super(`${name} has other columns than this release knows`);
    this.name = 'ShapeMoved';
  }
}

/** An event with the row revision that it leads to. */
type LocatedEvent = { readonly at: RowRevision; readonly event: DeliveredEvent };

const locateAll = (definition: Definition, batch: readonly DeliveredEvent[]): readonly LocatedEvent[] =>
  batch.flatMap((event) => {
    const at = definition.locate(event);
    return at === undefined ? [] : [{ at, event }];
  });

/** Events by row, oldest first; rows in an order that is the same everywhere, or two writers would deadlock. */
const groupByRow = (events: readonly LocatedEvent[]): readonly (readonly [LocatedEvent, ...LocatedEvent[]])[] =>
  [...Map.groupBy(events, ({ at }) => at.id)]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([, group]) => group.sort((left, right) => (left.at.revision < right.at.revision ? -1 : 1)) as [LocatedEvent]);

/** The row after an event, and after the events before it that were not delivered yet. */
const applyUpTo = async (
  client: EventStoreClient,
  definition: Definition,
  storedRow: StoredRow | undefined,
  { at, event }: LocatedEvent,
): Promise<StoredRow | undefined> => {
  const next = storedRow === undefined ? 0n : storedRow.revision + 1n;
  if (!definition.isFold || at.revision <= next) return applyEvent(definition, storedRow, at, event);
  let latest = storedRow;
  for await (const missingEvent of readStreamEvents(client, event.stream, next)) {
    latest = applyEvent(definition, latest, { id: at.id, revision: missingEvent.revision }, missingEvent);
  }
  return latest;
};

/**
 * Handles the messages of one projection by the revision rule: the next revision is applied, an earlier one is skipped,
 * and before a later one the missing events are read from the stream. Hence it does not matter how often and in which
 * order messages come. A batch is written at once, all or nothing. Throws what store and client throw, `ShapeMoved`, and
 * what the projection throws.
 */
export const createFollower = (
  client: EventStoreClient,
  store: ReadModelStore,
  definition: Definition,
): ((batch: readonly DeliveredEvent[]) => Promise<void>) => {
  let generation: number | undefined;
  const cache = createRowCache(store, definition);

  /** After a rebuild the cached rows may be those of another fold. */
  const reset = (): void => {
    generation = undefined;
    cache.clear();
  };

  const currentGeneration = async (): Promise<number> => {
    if (generation !== undefined) return generation;
    const current = await store.prepare(definition);
    if (current.shape !== shapeOf(definition)) throw new ShapeMoved(definition.name);
    return (generation = current.generation);
  };

  /** Returns the events that are still to be applied, since another writer was faster. */
  const apply = async (events: readonly LocatedEvent[], isFirstAttempt: boolean): Promise<readonly LocatedEvent[]> => {
    const current = await currentGeneration();
    const groups = groupByRow(events);
    const firsts = groups.map(([{ at }]) => at);
    const rows = await cache.load(current, firsts, isFirstAttempt);
    const changes: Change[] = [];
    for (const group of groups) {
      const previous = rows.get(group[0].at.id);
      let next = previous;
      for (const event of group) next = await applyUpTo(client, definition, next, event);
      if (next !== undefined && next !== previous) changes.push({ previous, next });
    }
    if (changes.length === 0) return [];
    const outdatedIds = await store.save(definition, current, changes);
    for (const { next } of changes) if (!outdatedIds.has(next.id)) cache.put(next);
    return events.filter(({ at }) => outdatedIds.has(at.id));
  };

  return async (batch) => {
    let remainingEvents = locateAll(definition, (await definition.enrich?.(batch)) ?? batch);
    for (let attempt = 1; remainingEvents.length > 0; attempt += 1) {
      if (attempt > ATTEMPTS_MAX)
        throw new Error(`Other writers of ${definition.name} were faster ${ATTEMPTS_MAX} times`);
      try {
        remainingEvents = await apply(remainingEvents, attempt === 1);
      } catch (error) {
        if (!(error instanceof GenerationReplaced)) throw error;
        reset();
      }
    }
  };
};
