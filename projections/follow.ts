import type { EventStoreClient } from '@lego-moc/event-store/connect';
import { readDelivered } from '@lego-moc/event-store/event-store-db-streams';
import type { Delivered } from '@lego-moc/event-store/subscriptions';
import type { Database } from '@lego-moc/postgres/database';
import type { Definition, Kept, Place } from './definition.ts';
import { prepareProjection, shapeOf } from './generations.ts';
import { keptRows, writeRow } from './rows.ts';

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

/**
 * Handles the messages of one projection by the revision rule: the next revision is applied, an earlier one was
 * applied already, and before a later one the missing events are read from the stream. Hence it does not matter how
 * often and in which order messages come.
 */
export const follower = (
  client: EventStoreClient,
  db: Database,
  definition: Definition,
): ((delivered: Delivered) => Promise<void>) => {
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

  const caughtUp = async (kept: Kept | undefined, place: Place, delivered: Delivered): Promise<Kept | undefined> => {
    const next = kept === undefined ? 0n : kept.revision + 1n;
    if (!definition.folded || place.revision <= next) return advanced(definition, kept, place, delivered);
    let latest = kept;
    for await (const missing of readDelivered(client, delivered.stream, next)) {
      latest = advanced(definition, latest, { id: place.id, revision: missing.revision }, missing);
    }
    return latest;
  };

  const stored = async (generation: number, { id, revision }: Place): Promise<Kept | undefined> =>
    revision === 0n ? undefined : (await keptRows(db, definition, generation, [id]))[0];

  const applied = async (place: Place, delivered: Delivered): Promise<boolean> => {
    const generation = await current();
    const kept = recent.before(place) ?? (await stored(generation, place));
    const latest = await caughtUp(kept, place, delivered);
    if (latest === undefined || latest === kept) return true;
    const seen = await writeRow(db, definition, generation, latest);
    if (seen === generation) recent.note(latest);
    else forget();
    return seen === generation;
  };

  return async (delivered) => {
    const place = definition.place(delivered);
    if (place === undefined) return;
    for (let attempt = 1; attempt <= SWAPS_MAX; attempt += 1) {
      try {
        if (await applied(place, delivered)) return;
      } catch (error) {
        if (!isUndefinedTable(error)) throw error;
        forget();
      }
    }
    throw new Error(`The table of ${definition.name} keeps changing`);
  };
};
