import type { Delivered } from '@lego-moc/event-store/subscriptions';
import type { Queries } from '@lego-moc/postgres/database';
import type { Definition, Kept } from './definition.ts';
import { advanced } from './follow.ts';
import { fillRows, keptRows } from './rows.ts';

/** Events that are folded in memory before their rows are written at once: enough to make a statement worth its cost. */
const BATCH_EVENTS = 5_000;

/** Rows remembered between batches, so that most need not be read again. */
const REMEMBERED_ROWS = 50_000;

export type Filled = { readonly events: number; readonly rows: number };

export type Filler = {
  readonly add: (db: Queries, delivered: Delivered) => Promise<void>;
  /** Writes what has been folded and not written yet. */
  readonly flush: (db: Queries) => Promise<void>;
  readonly filled: () => Filled;
};

/** Ids whose rows must be known before the batch is folded: not those whose streams begin in it. */
const continued = (definition: Definition, batch: readonly Delivered[]): ReadonlySet<string> => {
  const begun = new Set<string>();
  const ids = new Set<string>();
  for (const delivered of batch) {
    const place = definition.place(delivered);
    if (place?.revision === 0n) begun.add(place.id);
    else if (place !== undefined && !begun.has(place.id)) ids.add(place.id);
  }
  return ids;
};

/**
 * Folds events into rows in memory, and writes what they came to a batch at a time. While one batch is being written,
 * the next is being read.
 */
export const filler = (definition: Definition, generation: number, onBatch: (filled: Filled) => void): Filler => {
  const filled = { events: 0, rows: 0 };
  const remembered = new Map<string, Kept>();
  let collected: Delivered[] = [];
  let writing: Promise<void> = Promise.resolve();

  const fold = (batch: readonly Delivered[]): ReadonlyMap<string, Kept> => {
    const changed = new Map<string, Kept>();
    for (const delivered of batch) {
      const place = definition.place(delivered);
      if (place === undefined) continue;
      const kept = remembered.get(place.id);
      const latest = advanced(definition, kept, place, delivered);
      if (latest === undefined || latest === kept) continue;
      if (kept === undefined) filled.rows += 1;
      remembered.set(place.id, latest);
      changed.set(place.id, latest);
    }
    return changed;
  };

  const write = async (db: Queries, batch: readonly Delivered[]): Promise<void> => {
    const unknown = [...continued(definition, batch)].filter((id) => !remembered.has(id));
    for (const kept of await keptRows(db, definition, generation, unknown)) remembered.set(kept.id, kept);
    await fillRows(db, definition, generation, [...fold(batch).values()]);
    filled.events += batch.length;
    if (remembered.size > REMEMBERED_ROWS) remembered.clear();
    onBatch(filled);
  };

  const next = async (db: Queries): Promise<void> => {
    await writing;
    const batch = collected;
    collected = [];
    writing = write(db, batch);
    writing.catch(() => undefined); // thrown where it is awaited
  };

  return {
    add: async (db, delivered) => {
      collected.push(delivered);
      if (collected.length >= BATCH_EVENTS) await next(db);
    },
    flush: async (db) => {
      await next(db);
      await writing;
    },
    filled: () => ({ ...filled }),
  };
};
