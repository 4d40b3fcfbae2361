import type { EventStoreClient } from '@lego-moc/event-store/connect';
import { readStreamEvents } from '@lego-moc/event-store/read-stream';
import type { DeliveredEvent } from '@lego-moc/event-store/delivered-event';
import type { Database } from '@lego-moc/postgres/database';
import type { Change, Definition, Kept, Place } from './definition.ts';
import { prepareProjection, shapeOf } from './generations.ts';
import { rowsBefore } from './rows-before.ts';
import { writeRows } from './rows.ts';

/** The row after one more event, also when it is the first to be seen. `undefined`: there was none and there is none. */
export const advanced = (
  definition: Definition,
  kept: Kept | undefined,
  { id, revision }: Place,
  delivered: DeliveredEvent,
): Kept | undefined => {
  if (kept !== undefined && revision <= kept.revision) return kept;
  const row = definition.next(kept?.row, delivered);
  if (row === undefined && kept === undefined && definition.folded) return undefined;
  return { id, revision, updatedAt: delivered.recordedAt, row };
};

/** PostgreSQL: there is no such table. The generation that we knew is no more. */
const UNDEFINED_TABLE = '42P01';

const isUndefinedTable = (error: unknown): boolean =>
  error instanceof Error && (error as { code?: unknown }).code === UNDEFINED_TABLE;

/** A swap under way, or another instance that writes the same rows at the same time: neither comes often in a row. */
const ATTEMPTS_MAX = 10;

/** A newer release has rebuilt the projection with other columns: its messages are for that release. */
export class ShapeMoved extends Error {
  readonly outage = true;

  constructor(name: string) {
    super(`${name} has other columns than this release knows`);
    this.name = 'ShapeMoved';
  }
}

type Placed = { readonly place: Place; readonly delivered: DeliveredEvent };

const placed = (definition: Definition, batch: readonly DeliveredEvent[]): readonly Placed[] =>
  batch.flatMap((delivered) => {
    const place = definition.place(delivered);
    return place === undefined ? [] : [{ place, delivered }];
  });

/** What came of each row, oldest first; rows in an order that is the same everywhere, or two writers would deadlock. */
const byRow = (events: readonly Placed[]): readonly (readonly [Placed, ...Placed[]])[] =>
  [...Map.groupBy(events, ({ place }) => place.id)]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([, of]) => of.sort((one, other) => (one.place.revision < other.place.revision ? -1 : 1)) as [Placed]);

/** The row after one more event, and after all that lie between, should it not be the next one. */
const caughtUp = async (
  client: EventStoreClient,
  definition: Definition,
  kept: Kept | undefined,
  { place, delivered }: Placed,
): Promise<Kept | undefined> => {
  const next = kept === undefined ? 0n : kept.revision + 1n;
  if (!definition.folded || place.revision <= next) return advanced(definition, kept, place, delivered);
  let latest = kept;
  for await (const missing of readStreamEvents(client, delivered.stream, next)) {
    latest = advanced(definition, latest, { id: place.id, revision: missing.revision }, missing);
  }
  return latest;
};

/**
 * Handles the messages of one projection by the revision rule: the next revision is applied, an earlier one was
 * applied already, and before a later one the missing events are read from the stream. Hence it does not matter how
 * often and in which order messages come. Several at once are written at once, all or none.
 */
export const follower = (
  client: EventStoreClient,
  db: Database,
  definition: Definition,
): ((batch: readonly DeliveredEvent[]) => Promise<void>) => {
  let known: number | undefined;
  const rows = rowsBefore(db, definition);

  /** Whoever swaps generations folds anew: what we remember may come of another fold. */
  const forget = (): void => {
    known = undefined;
    rows.forget();
  };

  const current = async (): Promise<number> => {
    if (known !== undefined) return known;
    const { generation, shape } = await prepareProjection(db, definition);
    if (shape !== shapeOf(definition)) throw new ShapeMoved(definition.name);
    return (known = generation);
  };

  /** What the rows come to that these events change. */
  const changesOf = async (generation: number, events: readonly Placed[], isSure: boolean): Promise<Change[]> => {
    const streams = byRow(events);
    const places = streams.map(([{ place }]) => place);
    const kept = await rows.before(generation, places, isSure);
    const changes: Change[] = [];
    for (const of of streams) {
      const was = kept.get(of[0].place.id);
      let latest = was;
      for (const event of of) latest = await caughtUp(client, definition, latest, event);
      if (latest !== undefined && latest !== was) changes.push({ was, kept: latest });
    }
    return changes;
  };

  /** Returns the events that are still to be applied, for their rows were not what they were taken to be. */
  const applied = async (events: readonly Placed[], isSure: boolean): Promise<readonly Placed[]> => {
    const generation = await current();
    const changes = await changesOf(generation, events, isSure);
    if (changes.length === 0) return [];
    const { generation: seen, moved } = await writeRows(db, definition, generation, changes);
    if (seen !== generation) {
      forget();
      return events;
    }
    for (const { kept } of changes) if (!moved.has(kept.id)) rows.note(kept);
    return events.filter(({ place }) => moved.has(place.id));
  };

  return async (batch) => {
    let left = placed(definition, batch);
    for (let attempt = 1; left.length > 0; attempt += 1) {
      if (attempt > ATTEMPTS_MAX) throw new Error(`The table of ${definition.name} keeps changing`);
      try {
        left = await applied(left, attempt === 1);
      } catch (error) {
        if (!isUndefinedTable(error)) throw error;
        forget();
      }
    }
  };
};
