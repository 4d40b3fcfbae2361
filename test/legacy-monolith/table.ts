import { randomUUID } from 'node:crypto';
import type { Queries } from '@lego-moc/postgres/database';

/** A row as the monolith's JSON shows it: names in camelCase, times in UTC with milliseconds. */
export type Row = Readonly<Record<string, unknown>> & { readonly id: string };

/** Column values by column name. */
export type Columns = Readonly<Record<string, unknown>>;

const camelCase = (name: string): string => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** A `timestamp` as PostgreSQL writes it into JSON: microseconds, without a zone. */
const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?$/;

const shownValue = (column: string, value: unknown): unknown =>
  typeof value === 'string' && /(_at|_date)$/.test(column) && TIMESTAMP.test(value)
    ? new Date(`${value}Z`).toISOString()
    : value;

const shownRow = (columns: Columns): Row =>
  Object.fromEntries(Object.entries(columns).map(([name, value]) => [camelCase(name), shownValue(name, value)])) as Row;

const storedValue = (value: unknown): unknown => (Array.isArray(value) ? JSON.stringify(value) : value);

export type Table = ReturnType<typeof tableOf>;

/** The few statements that the monolith needs of a table. Names of columns come from its own code only. */
export const tableOf = (db: Queries, name: string) => {
  const select = async (rest: string, values: readonly unknown[] = []): Promise<readonly Row[]> => {
    const rows = await db.any<{ row: Columns }>(`SELECT to_jsonb(t) AS row FROM ${name} t ${rest}`, values);
    return rows.map(({ row }) => shownRow(row));
  };
  const find = async (id: string): Promise<Row | undefined> => (await select('WHERE id = $1', [id]))[0];

  return {
    select,
    find,
    count: async (rest: string, values: readonly unknown[] = []): Promise<number> =>
      (await db.one<{ rows: number }>(`SELECT count(*)::int AS rows FROM ${name} t ${rest}`, values)).rows,
    insert: async (columns: Columns): Promise<Row> => {
      const all = { id: randomUUID(), ...columns };
      const names = Object.keys(all);
      const places = names.map((_, index) => `$${String(index + 1)}`);
      await db.none(
        `INSERT INTO ${name} (${names.join(', ')}) VALUES (${places.join(', ')})`,
        Object.values(all).map(storedValue),
      );
      return (await find(all.id)) as Row;
    },
    /** Changes what is given; `undefined` leaves a column as it is. */
    update: async (id: string, columns: Columns, touchedColumn: string): Promise<Row> => {
      const changes = Object.entries(columns).filter(([, value]) => value !== undefined);
      const sets = changes.map(([column], index) => `${column} = $${String(index + 2)}`);
      await db.none(`UPDATE ${name} SET ${[...sets, `${touchedColumn} = now()`].join(', ')} WHERE id = $1`, [
        id,
        ...changes.map(([, value]) => storedValue(value)),
      ]);
      return (await find(id)) as Row;
    },
    remove: (id: string): Promise<null> => db.none(`DELETE FROM ${name} WHERE id = $1`, [id]),
  };
};
