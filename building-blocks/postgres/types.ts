import pg from 'pg';

/** Type numbers of PostgreSQL (pg_type.oid) whose values pg would read inexactly, or as objects that JSON cannot hold. */
const INT8 = 20;
const DATE = 1082;
const TIMESTAMPTZ = 1184;

const parsers = new Map<number, (text: string) => unknown>([
  [INT8, BigInt],
  [DATE, (text) => text],
  [TIMESTAMPTZ, (text) => new Date(text).toISOString()],
]);

/** pg types its argument as an enum of the types that it knows; any number will do. */
const parserOfPg = pg.types.getTypeParser as (oid: number, format?: 'text' | 'binary') => unknown;

/** How a column of the type `oid` is read. */
export const parserFor = (oid: number, format?: 'text' | 'binary'): ((text: string) => unknown) =>
  parsers.get(oid) ?? (parserOfPg(oid, format) as (text: string) => unknown);
