import type { Database, Queries } from '@lego-moc/postgres/database';
import { RebuildRunning, type Build, type HiddenRows, type ReadModel } from '../read-model-store.ts';
import {
  createIndexes,
  createTable,
  currentGeneration,
  dropTable,
  lockGeneration,
  prepareGeneration,
  publishGeneration,
} from './generations.ts';
import { insertRows, loadRows } from './rows.ts';

/** As `ReadModelStore.build`. A transaction holds an advisory lock meanwhile; rows are written outside of it. */
export const buildGeneration = async <T>(
  db: Database,
  model: ReadModel,
  work: (build: Build) => Promise<T>,
): Promise<T> => {
  await prepareGeneration(db, model);
  let obsolete: number | undefined;
  const removeObsolete = async (): Promise<void> => {
    if (obsolete !== undefined) await dropTable(db, model, obsolete);
  };
  try {
    const result = await db.tx(async (transaction) => {
      await transaction.none('SET LOCAL idle_in_transaction_session_timeout = 0'); // it only holds the lock meanwhile
      const { isFree } = await transaction.one<{ isFree: boolean }>(
        'SELECT pg_try_advisory_xact_lock(hashtextextended($1, 1)) AS "isFree"',
        [`rebuild of ${db.schema}.${model.name}`],
      );
      if (!isFree) throw new RebuildRunning(model.name);

      const former = (await currentGeneration(db, model.name))?.generation ?? 0;
      const generation = former + 1;
      obsolete = generation;
      await createTable(db, model, generation);
      const rowsBy = (queries: Queries): HiddenRows => ({
        load: (ids) => loadRows(queries, model, generation, ids),
        insert: (changes) => insertRows(queries, model, generation, changes),
      });
      return work({
        generation,
        ...rowsBy(db),
        index: () => createIndexes(db, model, generation),
        publish: async (finish) => {
          // From here on, live writers wait; they may hold all other connections.
          await lockGeneration(transaction, model.name);
          await finish(rowsBy(transaction));
          await publishGeneration(transaction, model, generation);
          obsolete = former;
        },
      });
    });
    // Not within the transaction: a live writer may still hold the former table while it waits for the swap.
    await removeObsolete();
    return result;
  } catch (error) {
    await removeObsolete().catch(() => undefined); // the next build removes it
    throw error;
  }
};
