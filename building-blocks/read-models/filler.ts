import type { DeliveredEvent } from '@lego-moc/event-store/delivered-event';
import type { Queries } from '@lego-moc/postgres/database';
import type { Change, Definition, Kept, Place } from './definition.ts';
import { advanced } from './follow.ts';
import { fillRows, keptRows } from './rows.ts';

/** Events that are folded in memory before their rows are written at once: enough to make a statement worth its cost. */
const BATCH_EVENTS = 5_000;

/** Rows remembered between batches, so that most need not be read again. */
const REMEMBERED_ROWS = 50_000;

export type Filled = {
  readonly events: number;
  readonly rows: number;
  /** Streams that stand where they could not be read any further; following parks their messages. */
  readonly failed: number;
  readonly firstFailure?: string;
};

export type Filler = {
  readonly add: (db: Queries, delivered: DeliveredEvent) => Promise<void>;
  /** Writes what has been folded and not written yet. */
  readonly flush: (db: Queries) => Promise<void>;
  readonly filled: () => Filled;
};

type Placed = { readonly place: Place; readonly delivered: DeliveredEvent };

/** Ids whose rows must be known before the batch is folded: not those whose streams begin in it. */
const continued = (batch: readonly Placed[]): ReadonlySet<string> => {
  const begun = new Set<string>();
  const ids = new Set<string>();
  for (const { place } of batch) {
    if (place.revision === 0n) begun.add(place.id);
    else if (!begun.has(place.id)) ids.add(place.id);
  }
  return ids;
};

/** One event that cannot be read must not keep all other rows from being rebuilt. */
const tolerance = () => {
  const stuck = new Set<string>();
  let firstFailure: string | undefined;
  return {
    /** `undefined` when `work` throws; the event's stream is stuck then. */
    attempted: <T>(delivered: DeliveredEvent, work: () => T): T | undefined => {
      try {
        return work();
      } catch (error) {
        firstFailure ??= `${String(delivered.revision)}@${delivered.stream}: ${String(error)}`;
        stuck.add(delivered.stream);
        return undefined;
      }
    },
    isStuck: ({ stream }: DeliveredEvent): boolean => stuck.has(stream),
    failures: () => ({ failed: stuck.size, ...(firstFailure === undefined ? {} : { firstFailure }) }),
  };
};

/**
 * Folds events into rows in memory, and writes what they came to a batch at a time. While one batch is being written,
 * the next is being read.
 */
export const filler = (definition: Definition, generation: number, onBatch: () => void): Filler => {
  const filled = { events: 0, rows: 0 };
  const remembered = new Map<string, Kept>();
  const { attempted, isStuck, failures } = tolerance();
  let collected: DeliveredEvent[] = [];
  let writing: Promise<void> = Promise.resolve();

  const placed = (batch: readonly DeliveredEvent[]): readonly Placed[] =>
    batch.flatMap((delivered) => {
      const place = attempted(delivered, () => definition.place(delivered));
      return place === undefined ? [] : [{ place, delivered }];
    });

  const fold = (batch: readonly Placed[]): ReadonlyMap<string, Change> => {
    const changes = new Map<string, Change>();
    for (const { place, delivered } of batch) {
      if (definition.folded && isStuck(delivered)) continue;
      const kept = remembered.get(place.id);
      const latest = attempted(delivered, () => advanced(definition, kept, place, delivered));
      if (latest === undefined || latest === kept) continue;
      if (kept === undefined) filled.rows += 1;
      remembered.set(place.id, latest);
      const { was } = changes.get(place.id) ?? { was: kept };
      changes.set(place.id, { was, kept: latest });
    }
    return changes;
  };

  const write = async (db: Queries, batch: readonly DeliveredEvent[]): Promise<void> => {
    const events = placed(batch);
    const unknown = [...continued(events)].filter((id) => !remembered.has(id));
    for (const kept of await keptRows(db, definition, generation, unknown)) remembered.set(kept.id, kept);
    await fillRows(db, definition, generation, [...fold(events).values()]);
    filled.events += batch.length;
    if (remembered.size > REMEMBERED_ROWS) remembered.clear();
    onBatch();
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
    filled: () => ({ ...filled, ...failures() }),
  };
};
