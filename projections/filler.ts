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

/** Folds events into rows in memory, and writes what they came to a batch at a time. */
export const filler = (definition: Definition, generation: number, onBatch: (filled: Filled) => void): Filler => {
  const filled = { events: 0, rows: 0 };
  const remembered = new Map<string, Kept>();
  let batch: Delivered[] = [];

  const recall = async (db: Queries): Promise<void> => {
    const unknown = new Set<string>();
    for (const delivered of batch) {
      const place = definition.place(delivered);
      // A stream that begins in this batch has no row yet.
      if (place === undefined || place.revision === 0n || remembered.has(place.id)) continue;
      unknown.add(place.id);
    }
    for (const kept of await keptRows(db, definition, generation, [...unknown])) remembered.set(kept.id, kept);
  };

  const fold = (): ReadonlyMap<string, Kept> => {
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

  const flush = async (db: Queries): Promise<void> => {
    await recall(db);
    await fillRows(db, definition, generation, [...fold().values()]);
    filled.events += batch.length;
    batch = [];
    if (remembered.size > REMEMBERED_ROWS) remembered.clear();
    onBatch(filled);
  };

  return {
    add: async (db, delivered) => {
      batch.push(delivered);
      if (batch.length >= BATCH_EVENTS) await flush(db);
    },
    flush,
    filled: () => filled,
  };
};
