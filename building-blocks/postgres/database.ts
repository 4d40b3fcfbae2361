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
  /** As `one`, with `$1` and so on bound by PostgreSQL: large values need not be written into a statement and read out of it. */
  oneBound<Row = unknown>(sql: string, values: readonly unknown[]): Promise<Row>;
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
  /** The same database with time for statements that nobody waits for: migrations, rebuilds, imports. */
  readonly withoutTimeouts: Database;
  close(): Promise<void>;
}

/** Long enough for a database that is busy, short enough for a client who waits 5 s. */
const CONNECT_TIMEOUT_MS = 2_500;
const STATEMENT_TIMEOUT_MS = 3_500;
/** By then the server would have cancelled the statement itself: it does not answer any more. */
const SILENCE_MS = 4_000;
/** Connections for the unhurried; opened when there is something to do. */
const UNHURRIED_MAX = 4;

const SILENT = 'Query read timeout';

const pgp = pgPromise({
  noWarnings: true,
  error: (error: unknown, { client }) => {
    // What comes later on a connection that went silent would wait behind the statement that nobody answers.
    if (error instanceof Error && error.message === SILENT)
      (client.connection.stream as unknown as { destroy(): void }).destroy();
  },
});

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
 * `numeric` as a string, `json` and `jsonb` as their values. Statements have 4 s; its queries throw `DatabaseUnavailable` when no
 * connection is to be had in time or one is lost, and the errors of PostgreSQL as they are.
 */
export const openDatabase = (
  url: string,
  { schema, poolMax = 20 }: { readonly schema: string; readonly poolMax?: number },
): Database => {
  const settings = { connectionString: url, application_name: schema, allowExitOnIdle: true };
  const types = { getTypeParser: parserFor as never };
  const options = `-c search_path=${quoted(schema)},public`;
  const patient = poolOf({ ...settings, types, options, max: UNHURRIED_MAX });
  const prompt = poolOf({
    ...settings,
    types,
    options: `${options} -c statement_timeout=${STATEMENT_TIMEOUT_MS}`,
    query_timeout: SILENCE_MS,
    max: poolMax,
  });

  const copyIn = (target: string, text: Readable): Promise<number> => copyInto(patient, target, text);
  const close = async (): Promise<void> => {
    await Promise.all([prompt.$pool.end(), patient.$pool.end()]);
  };
  const on = (db: pgPromise.IDatabase<object>) => ({
    schema,
    ...queriesOf(db),
    tx: inTransactionOf(db),
    copyIn,
    close,
  });
  const withoutTimeouts: Database = {
    ...on(patient),
    get withoutTimeouts() {
      return withoutTimeouts;
    },
  };
  return { ...on(prompt), withoutTimeouts };
};

const inTransactionOf =
  (db: pgPromise.IDatabase<object>) =>
  <T>(work: (transaction: Queries) => Promise<T>): Promise<T> =>
    told(db.tx((transaction) => work(queriesOf(transaction))));

const copyInto = async (db: pgPromise.IDatabase<object>, target: string, text: Readable): Promise<number> => {
  const connection = await told(db.connect());
  try {
    const sink = copyFrom(`COPY ${target} FROM STDIN`);
    void connection.client.query(sink);
    await pipeline(text, sink);
    return sink.rowCount;
  } finally {
    await connection.done();
  }
};

/** There was no connection to be had in time, or it was lost: what PostgreSQL's driver says without a code. */
export class DatabaseUnavailable extends Error {
  readonly outage = true;

  constructor(cause: Error) {
    super('The database is not available', { cause });
    this.name = 'DatabaseUnavailable';
  }
}

const LOST =
  /^(Query read timeout|timeout exceeded when trying to connect|Connection terminated|Client (was closed|has encountered a connection error))/;

const told = async <T>(asked: Promise<T>): Promise<T> => {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof Error && LOST.test(error.message)) throw new DatabaseUnavailable(error);
    throw error;
  }
};

/** Several statements as one: all or nothing. */
export const inTransaction = <T>(db: Database, work: (transaction: Queries) => Promise<T>): Promise<T> => db.tx(work);

/** An SQL identifier, quoted. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** The questions of pg-promise, without its `any`. */
export const queriesOf = (db: pgPromise.IBaseProtocol<object>): Queries => ({
  none: (sql, values) => told(db.none(sql, values)),
  one: <Row>(sql: string, values?: Values) => told(db.one<Row>(sql, values)),
  oneBound: <Row>(text: string, values: readonly unknown[]) =>
    told(db.one<Row>(new pgp.ParameterizedQuery({ text, values: [...values] }))),
  oneOrNone: <Row>(sql: string, values?: Values) => told(db.oneOrNone<Row>(sql, values)),
  any: <Row>(sql: string, values?: Values) => told(db.any<Row>(sql, values)),
  result: async (sql, values) => ({ rowCount: (await told(db.result(sql, values))).rowCount }),
});
