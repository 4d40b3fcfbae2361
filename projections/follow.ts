import type { EventStoreClient } from '@lego-moc/event-store/connect';
import { readDelivered } from '@lego-moc/event-store/event-store-db-streams';
import type { Delivered } from '@lego-moc/event-store/subscriptions';
import type { Database } from '@lego-moc/postgres/database';
import type { Definition, Kept, Place } from './definition.ts';
import { prepareProjection, shapeOf } from './generations.ts';
import { keptRows, writeRows } from './rows.ts';

/** The row after one more event, also when it is the first to be seen. `undefined`: there was none and there is none. */
export const advanced = (
  definition: Definition,
  kept: Kept | undefined,
  { id, revision }: Place,
  delivered: Delivered,
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

/** A rebuild takes longer than one message, so a second swap under way means that something is wrong. */
const SWAPS_MAX = 3;

/** A newer release has rebuilt the projection with other columns: its messages are for that release. */
export class ShapeMoved extends Error {
  readonly outage = true;

  constructor(name: string) {
    super(`${name} has other columns than this release knows`);
    this.name = 'ShapeMoved';
  }
}

const RECENT_MAX = 500;

/**
 * Rows as they were last written here, asked for when the very next event comes, as it mostly does. Should another
 * instance know a newer row, ours is not written, for it knows less; so what is kept here may be old without harm.
 */
const recentRows = () => {
  const rows = new Map<string, Kept>();
  return {
    before: ({ id, revision }: Place): Kept | undefined => {
      const kept = rows.get(id);
      return kept?.revision === revision - 1n ? kept : undefined;
    },
    note: (kept: Kept): void => {
      rows.delete(kept.id);
      rows.set(kept.id, kept);
      if (rows.size > RECENT_MAX) rows.delete(rows.keys().next().value ?? kept.id);
    },
    clear: () => rows.clear(),
  };
};

type Placed = { readonly place: Place; readonly delivered: Delivered };

const placed = (definition: Definition, batch: readonly Delivered[]): readonly Placed[] =>
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
  for await (const missing of readDelivered(client, delivered.stream, next)) {
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
): ((batch: readonly Delivered[]) => Promise<void>) => {
  let known: number | undefined;
  const recent = recentRows();

  /** Whoever swaps generations folds anew: what we remember may come of another fold. */
  const forget = (): void => {
    known = undefined;
    recent.clear();
  };

  const current = async (): Promise<number> => {
    if (known !== undefined) return known;
    const { generation, shape } = await prepareProjection(db, definition);
    if (shape !== shapeOf(definition)) throw new ShapeMoved(definition.name);
    return (known = generation);
  };

  /** Rows as they are before these events, as far as there are any. */
  const before = async (generation: number, places: readonly Place[]): Promise<ReadonlyMap<string, Kept>> => {
    const remembered = places.flatMap((place) => recent.before(place) ?? []);
    const known = new Map(remembered.map((kept) => [kept.id, kept]));
    const unknown = places.filter(({ id, revision }) => revision > 0n && !known.has(id)).map(({ id }) => id);
    for (const kept of await keptRows(db, definition, generation, unknown)) known.set(kept.id, kept);
    return known;
  };

  const applied = async (events: readonly Placed[]): Promise<boolean> => {
    const generation = await current();
    const rows = byRow(events);
    const kept = await before(
      generation,
      rows.map(([{ place }]) => place),
    );
    const changed: Kept[] = [];
    for (const of of rows) {
      const was = kept.get(of[0].place.id);
      let latest = was;
      for (const event of of) latest = await caughtUp(client, definition, latest, event);
      if (latest !== undefined && latest !== was) changed.push(latest);
    }
    if (changed.length === 0) return true;
    const seen = await writeRows(db, definition, generation, changed);
    if (seen === generation) changed.forEach(recent.note);
    else forget();
    return seen === generation;
  };

  return async (batch) => {
    const events = placed(definition, batch);
    if (events.length === 0) return;
    for (let attempt = 1; attempt <= SWAPS_MAX; attempt += 1) {
      try {
        if (await applied(events)) return;
      } catch (error) {
        if (!isUndefinedTable(error)) throw error;
        forget();
      }
    }
    throw new Error(`The table of ${definition.name} keeps changing`);
  };
};
