import type { EventStoreClient } from '@lego-moc/event-store/connect';
import { catchUp } from '@lego-moc/event-store/catch-up';
import type { DeliveredEvent, Source } from '@lego-moc/event-store/delivered-event';
import type { Database, Queries } from '@lego-moc/postgres/database';
import type { Definition } from './definition.ts';
import { filler, type Filled } from './filler.ts';
import {
  createIndexes,
  createTable,
  currentGeneration,
  dropTable,
  heldGeneration,
  prepareProjection,
  showGeneration,
} from './generations.ts';

/** How far a rebuild is. */
export type Progress = Filled & {
  readonly phase: 'filling' | 'indexing' | 'swapping' | 'done';
  readonly elapsedMs: number;
};

/** Someone else is rebuilding this projection. It passes by itself. */
export class RebuildRunning extends Error {
  readonly outage = true;

  constructor(name: string) {
    super(`${name} is being rebuilt already`);
    this.name = 'RebuildRunning';
  }
}

/** Where each source was left, to go on from there. */
type Places = Map<Source, bigint>;

const placeIn = (source: Source, { revision, position }: DeliveredEvent): bigint =>
  'stream' in source ? revision : position;

/**
 * Builds the projection anew from the first event on, beside the table that readers see, and shows it when it is
 * complete; readers never see a half. Live messages go on meanwhile and wait only for the last moment, in which what
 * came in during the rebuild is added. A stream that cannot be read any further keeps its row from there and is
 * counted as failed. Throws `RebuildRunning`, `EventStoreUnavailable`; then all stays as it was.
 */
export const rebuildProjection = async (
  client: EventStoreClient,
  { unhurried: db }: Database,
  definition: Definition,
  onProgress: (progress: Progress) => void = () => undefined,
): Promise<Progress> => {
  const began = performance.now();
  await prepareProjection(db, definition);

  const { progress, old } = await db.tx(async (transaction) => {
    await transaction.none('SET LOCAL idle_in_transaction_session_timeout = 0'); // it only holds the lock meanwhile
    const { free } = await transaction.one<{ free: boolean }>(
      'SELECT pg_try_advisory_xact_lock(hashtextextended($1, 1)) AS free',
      [`rebuild of ${db.schema}.${definition.name}`],
    );
    if (!free) throw new RebuildRunning(definition.name);

    const standing = (await currentGeneration(db, definition.name))?.generation ?? 0;
    const generation = standing + 1;
    await createTable(db, definition, generation);

    const tell = (phase: Progress['phase']): Progress => {
      const told = { phase, ...rows.filled(), elapsedMs: Math.round(performance.now() - began) };
      onProgress(told);
      return told;
    };
    const rows = filler(definition, generation, () => void tell('filling'));
    const places: Places = new Map();
    const readOn = async (into: Queries): Promise<void> => {
      for (const source of definition.sources) {
        for await (const delivered of catchUp(client, { source, from: places.get(source) ?? 'start' })) {
          places.set(source, placeIn(source, delivered));
          await rows.add(into, delivered);
        }
      }
      await rows.flush(into);
    };

    await readOn(db);
    tell('indexing');
    await createIndexes(db, definition, generation);
    await readOn(db);
    tell('swapping');
    // From here on, live messages wait; they may hold all other connections.
    await heldGeneration(transaction, definition.name);
    await readOn(transaction);
    await showGeneration(transaction, definition, generation);
    return { progress: tell('done'), old: standing };
  });

  // Not within the transaction: a live message may still hold the old table while it waits for the swap.
  await dropTable(db, definition, old);
  return progress;
};
