import type { Pool, PoolConfig } from 'pg';
import pgPromise from 'pg-promise';
import { from as copyFrom } from 'pg-copy-streams';
import { pipeline } from 'node:stream/promises';
import type { Readable } from 'node:stream';
import { parserFor } from './types.ts';

/** Values for `$1`, `$2` … (an array) or `$<name>` (an object). */
export type Values = readonly unknown[] | object;

/** Queries of a database or within a transaction. The row type is the caller's claim and not checked. */
export interface Queries {
  /** Throws when there are rows. */
  none(sql: string, values?: Values): Promise<null>;
  /** Throws unless there is exactly one row. */
  one<Row = unknown>(sql: string, values?: Values): Promise<Row>;
  /** As `one`, with `$1` and so on bound by PostgreSQL: large values are not copied into the statement's text. */
  oneBound<Row = unknown>(sql: string, values: readonly unknown[]): Promise<Row>;
  oneOrNone<Row = unknown>(sql: string, values?: Values): Promise<Row | null>;
  any<Row = unknown>(sql: string, values?: Values): Promise<Row[]>;
  /** How many rows a change touched. */
  result(sql: string, values?: Values): Promise<{ readonly rowCount: number }>;
}

/** Connections in use, open, at most open, and how much work waits for one. */
export type PoolUse = { readonly busy: number; readonly open: number; readonly max: number; readonly waiting: number };

export interface Database extends Queries {
  /** The schema in which unqualified names are found. */
  readonly schema: string;
  /** All or nothing; rolled back when `work` throws. */
  tx<T>(work: (transaction: Queries) => Promise<T>): Promise<T>;
  /** Streams text in COPY format into `target` (`table (columns)`); all or nothing. Returns the number of rows. */
  copyIn(target: string, text: Readable): Promise<number>;
  /** The same database without time limits, for statements that no client waits for: migrations, rebuilds, imports. */
  readonly withoutTimeouts: Database;
  /** The use of its pool; work beyond `max` waits. */
  connections(): PoolUse;
  close(): Promise<void>;
}

/** Long enough for a busy database, short enough for a client who waits 5 s. */
const CONNECT_TIMEOUT_MS = 2_500;
const STATEMENT_TIMEOUT_MS = 3_500;
/** By then the server would have cancelled the statement itself: it no longer answers. */
const ANSWER_TIMEOUT_MS = 4_000;
/** Connections without time limits; opened when they are needed. */
const WITHOUT_TIMEOUTS_MAX = 4;

const NO_ANSWER = 'Query read timeout';

const pgp = pgPromise({
  noWarnings: true,
  error: (error: unknown, { client }) => {
    // Later statements on this connection would wait behind the unanswered one.
    if (error instanceof Error && error.message === NO_ANSWER)
      (client.connection.stream as unknown as { destroy(): void }).destroy();
  },
});

/** A connection pool of pg-promise, on which `openDatabase` builds. */
export const poolOf = (settings: PoolConfig): pgPromise.IDatabase<object> => {
  const db = pgp<object>({ connectionTimeoutMillis: CONNECT_TIMEOUT_MS, ...settings } as unknown as Parameters<
    typeof pgp
  >[0]);
  // An idle connection that dies is replaced when it is needed; without a listener its error would end the process.
  db.$pool.on('error', () => undefined);
  return db;
};

/**
 * A pool of at most `poolMax` connections, opened when they are needed, that finds unqualified names in `schema`.
 * `timestamptz` reads as an ISO 8601 string in UTC with milliseconds, `date` as `YYYY-MM-DD`, `int8` as `bigint`,
 * `numeric` as a string, `json` and `jsonb` as their values. Statements have 4 s. Queries throw `DatabaseUnavailable`
 * when no connection is available in time or one is lost, and the errors of PostgreSQL as they are.
 */
export const openDatabase = (
  url: string,
  { schema, poolMax = 20 }: { readonly schema: string; readonly poolMax?: number },
): Database => {
  const settings = { connectionString: url, application_name: schema, allowExitOnIdle: true };
  const types = { getTypeParser: parserFor as never };
  const options = `-c search_path=${quoteName(schema)},public`;
  const slowPool = poolOf({ ...settings, types, options, max: WITHOUT_TIMEOUTS_MAX });
  const pool = poolOf({
    ...settings,
    types,
    options: `${options} -c statement_timeout=${STATEMENT_TIMEOUT_MS}`,
    query_timeout: ANSWER_TIMEOUT_MS,
    max: poolMax,
  });

  const copyIn = (target: string, text: Readable): Promise<number> => copyInto(slowPool, target, text);
  const close = async (): Promise<void> => {
    await Promise.all([pool.$pool.end(), slowPool.$pool.end()]);
  };
  const databaseOn = (db: pgPromise.IDatabase<object>) => ({
    schema,
    ...queriesOf(db),
    tx: inTransactionOf(db),
    copyIn,
    connections: () => poolUse(db.$pool),
    close,
  });
  const withoutTimeouts: Database = {
    ...databaseOn(slowPool),
    get withoutTimeouts() {
      return withoutTimeouts;
    },
  };
  return { ...databaseOn(pool), withoutTimeouts };
};

const poolUse = ({
  totalCount,
  idleCount,
  waitingCount,
  options,
}: Pick<Pool, 'totalCount' | 'idleCount' | 'waitingCount'> & {
  readonly options: { readonly max?: number | undefined };
}): PoolUse => ({
  busy: totalCount - idleCount,
  open: totalCount,
  max: options.max ?? totalCount,
  waiting: waitingCount,
});

const inTransactionOf =
  (db: pgPromise.IDatabase<object>) =>
  <T>(work: (transaction: Queries) => Promise<T>): Promise<T> =>
    mapConnectionErrors(db.tx((transaction) => work(queriesOf(transaction))));

const copyInto = async (db: pgPromise.IDatabase<object>, target: string, text: Readable): Promise<number> => {
  const connection = await mapConnectionErrors(db.connect());
  try {
    const sink = copyFrom(`COPY ${target} FROM STDIN`);
    void connection.client.query(sink);
    await pipeline(text, sink);
    return sink.rowCount;
  } finally {
    await connection.done();
  }
};

/** No connection was available in time, or it was lost: errors for which the driver gives no code. */
export class DatabaseUnavailable extends Error {
  readonly outage = true;

  constructor(cause: Error) {
    super('The database is not available', { cause });
    this.name = 'DatabaseUnavailable';
  }
}

const CONNECTION_LOST =
  /^(Query read timeout|timeout exceeded when trying to connect|Connection terminated|Client (was closed|has encountered a connection error))/;

const mapConnectionErrors = async <T>(query: Promise<T>): Promise<T> => {
  try {
    return await query;
  } catch (error) {
    if (error instanceof Error && CONNECTION_LOST.test(error.message)) throw new DatabaseUnavailable(error);
    throw error;
  }
};

/** Runs several statements in one transaction: all or nothing. */
export const inTransaction = <T>(db: Database, work: (transaction: Queries) => Promise<T>): Promise<T> => db.tx(work);

/** Quotes an SQL identifier. */
export const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** The queries of pg-promise, without its `any`. */
export const queriesOf = (db: pgPromise.IBaseProtocol<object>): Queries => ({
  none: (sql, values) => mapConnectionErrors(db.none(sql, values)),
  one: <Row>(sql: string, values?: Values) => mapConnectionErrors(db.one<Row>(sql, values)),
  oneBound: <Row>(text: string, values: readonly unknown[]) =>
    mapConnectionErrors(db.one<Row>(new pgp.ParameterizedQuery({ text, values: [...values] }))),
  oneOrNone: <Row>(sql: string, values?: Values) => mapConnectionErrors(db.oneOrNone<Row>(sql, values)),
  any: <Row>(sql: string, values?: Values) => mapConnectionErrors(db.any<Row>(sql, values)),
  result: async (sql, values) => ({ rowCount: (await mapConnectionErrors(db.result(sql, values))).rowCount }),
});
