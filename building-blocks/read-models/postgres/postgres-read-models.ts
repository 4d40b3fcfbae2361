import type { Database } from '@lego-moc/postgres/database';
import { GenerationReplaced, type ReadModelStore } from '../read-model-store.ts';
import { buildGeneration } from './build.ts';
import { currentGeneration, prepareGeneration } from './generations.ts';
import { revisionsOf, rowsOf } from './names.ts';
import { loadRows, saveRows, scanRows } from './rows.ts';

/** PostgreSQL: undefined table. The known generation was dropped. */
const UNDEFINED_TABLE = '42P01';

const isUndefinedTable = (error: unknown): boolean =>
  error instanceof Error && (error as { code?: unknown }).code === UNDEFINED_TABLE;

const mapUndefinedTable = async <T>(name: string, query: Promise<T>): Promise<T> => {
  try {
    return await query;
  } catch (error) {
    throw isUndefinedTable(error) ? new GenerationReplaced(name) : error;
  }
};

/**
 * Read models as tables of a schema: one table per generation, and two views over the one in use. `<name>` (with
 * underscores) has the rows, `<name>_revisions` the revision of every row, tombstones included. Throws
 * `DatabaseUnavailable` besides the errors of the port.
 */
export const postgresReadModels = (db: Database): ReadModelStore => ({
  prepare: (model) => prepareGeneration(db, model),
  current: async (name) => {
    try {
      return await currentGeneration(db, name);
    } catch (error) {
      if (isUndefinedTable(error)) return undefined;
      throw error;
    }
  },
  load: (model, generation, ids) => mapUndefinedTable(model.name, loadRows(db, model, generation, ids)),
  save: (model, generation, changes) => mapUndefinedTable(model.name, saveRows(db, model, generation, changes)),
  scan: async function* (model, generation) {
    let after = '';
    for (;;) {
      const page = await mapUndefinedTable(model.name, scanRows(db.withoutTimeouts, model, generation, after));
      if (page.length > 0) yield page;
      const last = page.at(-1);
      if (last === undefined) return;
      after = last.id;
    }
  },
  revisionOf: async (name, id) => {
    const sql = `SELECT revision FROM ${revisionsOf(name)} WHERE id = $1`;
    return (await db.oneOrNone<{ revision: bigint }>(sql, [id]))?.revision;
  },
  // By the view: the table of a generation may be dropped before it is counted.
  count: async (name) => Number((await db.one<{ rows: bigint }>(`SELECT count(*) AS rows FROM ${rowsOf(name)}`)).rows),
  build: (model, work) => buildGeneration(db.withoutTimeouts, model, work),
});
