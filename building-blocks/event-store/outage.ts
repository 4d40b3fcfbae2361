import { EventStoreUnavailable, isConnectionError } from './unavailable.ts';

/** Error codes of sockets, name lookups, undici and opossum for an unreachable peer. */
const UNREACHABLE =
  /^(ECONN(REFUSED|RESET|ABORTED)|ETIMEDOUT|EPIPE|ENOTFOUND|EAI_AGAIN|E(HOST|NET)UNREACH|EOPENBREAKER|UND_ERR_.*)$/;

/**
 * Classes of SQLSTATE that pass by themselves: connection (08), rolled back (40), resources (53), intervention (57).
 * See PostgreSQL's appendix "Error Codes".
 */
const PASSING_SQLSTATE = /^(08|40|53|57)[0-9A-Z]{3}$/;

/** Errors of connection pools come without a code. */
const LOST_CONNECTION =
  /timeout exceeded when trying to connect|Connection terminated|Client has encountered a connection error/;

const NAMES = new Set(['EventStoreUnavailable', 'ServiceUnavailable']);

/** Error classes of the platform declare it themselves. */
const hasOutageFlag = (error: Error): boolean => 'outage' in error && error.outage === true;

/**
 * Whether a dependency (event store, database, another service) is unavailable: a later attempt will help, and the
 * current message is not to blame. An error class that sets `outage` to true is one, too.
 */
export const isOutage = (error: unknown): boolean => {
  if (!(error instanceof Error)) return false;
  if (
    error instanceof EventStoreUnavailable ||
    NAMES.has(error.name) ||
    hasOutageFlag(error) ||
    isConnectionError(error)
  )
    return true;
  const { code } = error as { code?: unknown };
  if (typeof code === 'string' && (UNREACHABLE.test(code) || PASSING_SQLSTATE.test(code))) return true;
  if (LOST_CONNECTION.test(error.message)) return true;
  return error instanceof AggregateError ? error.errors.some(isOutage) : isOutage(error.cause);
};
