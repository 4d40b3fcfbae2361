import type { DeliveredEvent } from '@lego-moc/event-store/delivered-event';
import { applyEvent, type Definition, type RowRevision } from './definition.ts';
import type { Change, HiddenRows, StoredRow } from './read-model-store.ts';

/** Events that are folded in memory before their rows are written at once: enough to make a statement worth its cost. */
const BATCH_EVENTS = 5_000;

/** Rows held between batches, so that most need not be read again. */
const CACHED_ROWS_MAX = 50_000;

export type FillCounts = {
  readonly events: number;
  readonly rows: number;
  /** Streams whose rows stop before an event that cannot be read; following parks such messages. */
  readonly failed: number;
  readonly firstFailure?: string;
};

export type Filler = {
  readonly add: (into: HiddenRows, event: DeliveredEvent) => Promise<void>;
  /** Writes what is folded and not written yet. */
  readonly flush: (into: HiddenRows) => Promise<void>;
  readonly counts: () => FillCounts;
};

type LocatedEvent = { readonly at: RowRevision; readonly event: DeliveredEvent };

/** Ids whose rows must be loaded before the batch is folded: not those whose streams begin in it. */
const idsBegunBefore = (batch: readonly LocatedEvent[]): ReadonlySet<string> => {
  const startedIds = new Set<string>();
  const ids = new Set<string>();
  for (const { at } of batch) {
    if (at.revision === 0n) startedIds.add(at.id);
    else if (!startedIds.has(at.id)) ids.add(at.id);
  }
  return ids;
};

/** One event that cannot be read must not keep all other rows from being rebuilt. */
const createFailureLog = () => {
  const failedStreams = new Set<string>();
  let firstFailure: string | undefined;
  return {
    /** `undefined` when `work` throws; the event's stream has failed then. */
    attempt: <T>(event: DeliveredEvent, work: () => T): T | undefined => {
      try {
        return work();
      } catch (error) {
        firstFailure ??= `${String(event.revision)}@${event.stream}: ${String(error)}`;
        failedStreams.add(event.stream);
        return undefined;
      }
    },
    hasFailed: ({ stream }: DeliveredEvent): boolean => failedStreams.has(stream),
    counts: () => ({ failed: failedStreams.size, ...(firstFailure === undefined ? {} : { firstFailure }) }),
  };
};

/**
 * Folds events into rows in memory and writes the rows a batch at a time. While one batch is being written, the next is
 * being read.
 */
export const createFiller = (definition: Definition, onBatch: () => void): Filler => {
  const totals = { events: 0, rows: 0 };
  const cachedRows = new Map<string, StoredRow>();
  const failures = createFailureLog();
  let pendingEvents: DeliveredEvent[] = [];
  let lastWrite: Promise<void> = Promise.resolve();

  const locateAll = (batch: readonly DeliveredEvent[]): readonly LocatedEvent[] =>
    batch.flatMap((event) => {
      const at = failures.attempt(event, () => definition.locate(event));
      return at === undefined ? [] : [{ at, event }];
    });

  const fold = (batch: readonly LocatedEvent[]): ReadonlyMap<string, Change> => {
    const changes = new Map<string, Change>();
    for (const { at, event } of batch) {
      if (definition.isFold && failures.hasFailed(event)) continue;
      const cachedRow = cachedRows.get(at.id);
      const next = failures.attempt(event, () => applyEvent(definition, cachedRow, at, event));
      if (next === undefined || next === cachedRow) continue;
      if (cachedRow === undefined) totals.rows += 1;
      cachedRows.set(at.id, next);
      const { previous } = changes.get(at.id) ?? { previous: cachedRow };
      changes.set(at.id, { previous, next });
    }
    return changes;
  };

  const write = async (into: HiddenRows, batch: readonly DeliveredEvent[]): Promise<void> => {
    const events = locateAll((await definition.enrich?.(batch)) ?? batch);
    const unknownIds = [...idsBegunBefore(events)].filter((id) => !cachedRows.has(id));
    if (unknownIds.length > 0) for (const row of await into.load(unknownIds)) cachedRows.set(row.id, row);
    const changes = [...fold(events).values()];
    if (changes.length > 0) await into.insert(changes);
    totals.events += batch.length;
    if (cachedRows.size > CACHED_ROWS_MAX) cachedRows.clear();
    onBatch();
  };

  const writePending = async (into: HiddenRows): Promise<void> => {
    await lastWrite;
    const batch = pendingEvents;
    pendingEvents = [];
    lastWrite = write(into, batch);
    lastWrite.catch(() => undefined); // thrown where it is awaited
  };

  return {
    add: async (into, event) => {
      pendingEvents.push(event);
      if (pendingEvents.length >= BATCH_EVENTS) await writePending(into);
    },
    flush: async (into) => {
      await writePending(into);
      await lastWrite;
    },
    counts: () => ({ ...totals, ...failures.counts() }),
  };
};
