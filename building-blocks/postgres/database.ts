import type { PoolConfig } from 'pg';
import pgPromise from 'pg-promise';
import { from as copyFrom } from 'pg-copy-streams';
import { pipeline } from 'node:stream/promises';
import type { Readable } from 'node:stream';
import { parserFor } from './types.ts';

/** Values for `$1`, `$2` … (an array) or `$<name>` (an object). */
export type Values = readonly unknown[] | object;

/** What can be asked of a database or within a transaction. Rows come as the caller says they are: name the type. */
export interface Queries {
  /** Throws when there are rows. */
  none(sql: string, values?: Values): Promise<null>;
  /** Throws unless there is exactly one row. */
  one<Row = unknown>(sql: string, values?: Values): Promise<Row>;
  oneOrNone<Row = unknown>(sql: string, values?: Values): Promise<Row | null>;
  any<Row = unknown>(sql: string, values?: Values): Promise<Row[]>;
  /** How many rows a change touched. */
  result(sql: string, values?: Values): Promise<{ readonly rowCount: number }>;
}

export interface Database extends Queries {
  /** The schema in which unqualified names are found. */
  readonly schema: string;
  /** All or nothing; rolled back when `work` throws. */
  tx<T>(work: (transaction: Queries) => Promise<T>): Promise<T>;
  /** Streams text in COPY format into `target` (`table (columns)`); all or nothing. Returns the number of rows. */
  copyIn(target: string, text: Readable): Promise<number>;
  close(): Promise<void>;
}

/** Long enough for a database that is busy, short enough for a client who waits. */
const CONNECT_TIMEOUT_MS = 5_000;

const pgp = pgPromise({ noWarnings: true });

/** A pool of pg-promise: what `openDatabase` builds on. */
export const poolOf = (settings: PoolConfig): pgPromise.IDatabase<object> => {
  const db = pgp<object>({ connectionTimeoutMillis: CONNECT_TIMEOUT_MS, ...settings } as unknown as Parameters<
    typeof pgp
  >[0]);
  // An idle connection that dies is replaced when it is needed; untold, it would take the process with it.
  db.$pool.on('error', () => undefined);
  return db;
};

/**
 * A pool of at most `poolMax` connections, opened when they are needed, that finds unqualified names in `schema`.
 * `timestamptz` reads as an ISO 8601 string in UTC with milliseconds, `date` as `YYYY-MM-DD`, `int8` as `bigint`,
 * `numeric` as a string, `jsonb` as its value.
 */
export const openDatabase = (
  url: string,
  { schema, poolMax = 20 }: { readonly schema: string; readonly poolMax?: number },
): Database => {
  const db = poolOf({
    connectionString: url,
    max: poolMax,
    options: `-c search_path=${quoted(schema)},public`,
    application_name: schema,
    types: { getTypeParser: parserFor as never },
    allowExitOnIdle: true,
  });

  return {
    schema,
    ...queriesOf(db),
    tx: (work) => db.tx((transaction) => work(queriesOf(transaction))),
    copyIn: async (target, text) => {
      const connection = await db.connect();
      try {
        const sink = copyFrom(`COPY ${target} FROM STDIN`);
        void connection.client.query(sink);
        await pipeline(text, sink);
        return sink.rowCount;
      } finally {
        await connection.done();
      }
    },
    close: () => db.$pool.end(),
  };
};

/** Several statements as one: all or nothing. */
export const inTransaction = <T>(db: Database, work: (transaction: Queries) => Promise<T>): Promise<T> => db.tx(work);

/** An SQL identifier, quoted. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** The questions of pg-promise, without its `any`. */
export const queriesOf = (db: pgPromise.IBaseProtocol<object>): Queries => ({
  none: (sql, values) => db.none(sql, values),
  one: (sql, values) => db.one(sql, values),
  oneOrNone: (sql, values) => db.oneOrNone(sql, values),
  any: (sql, values) => db.any(sql, values),
  result: async (sql, values) => ({ rowCount: (await db.result(sql, values)).rowCount }),
});
