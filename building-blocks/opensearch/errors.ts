import { errors } from '@opensearch-project/opensearch';

/**
 * OpenSearch cannot answer at the moment: away, overloaded, red, or read-only since its disk is full. A later attempt
 * will succeed.
 */
export class OpenSearchUnavailable extends Error {
  readonly outage = true;

  constructor(reason: string, options?: ErrorOptions) {
    super(`OpenSearch is not available: ${reason}`, options);
    this.name = 'OpenSearchUnavailable';
  }
}

/** The error of a refused request, or of one refused item of a bulk. */
export type Failure = { readonly status: number; readonly type: string; readonly reason: string };

/** Too many requests, and the statuses of a gateway or a cluster without the shard. */
const PASSING_STATUS = new Set([429, 502, 503, 504]);

/** An index is blocked by an operator, a full disk or a rebuild that is being published. */
export const isBlocked = ({ type }: Failure): boolean => type === 'cluster_block_exception';

/** An operator has closed an index, or a snapshot is being restored into it; its rows are there when it is opened. */
const isClosed = ({ type }: Failure): boolean => type === 'index_closed_exception';

/** Whether a later attempt will help. */
export const isPassing = (failure: Failure): boolean =>
  PASSING_STATUS.has(failure.status) || isBlocked(failure) || isClosed(failure);

/** Whether nothing is stored under a name that was used. */
export const isIndexMissing = ({ type }: Failure): boolean => type === 'index_not_found_exception';

const errorBody = (body: unknown): { readonly type?: unknown; readonly reason?: unknown } => {
  const error = typeof body === 'object' && body !== null && 'error' in body ? body.error : undefined;
  return typeof error === 'object' && error !== null ? error : {};
};

/** The answer of OpenSearch behind an error; `undefined` when the error is something else. */
export const failureOf = (error: unknown): Failure | undefined => {
  if (!(error instanceof errors.ResponseError)) return undefined;
  const { type, reason } = errorBody(error.body);
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  return { status: error.statusCode, type: text(type), reason: text(reason) };
};

const isOutOfReach = (error: unknown): boolean =>
  error instanceof errors.ConnectionError ||
  error instanceof errors.TimeoutError ||
  error instanceof errors.NoLivingConnectionsError ||
  error instanceof errors.RequestAbortedError;

/** Whether two writers created the same thing at once, and the other one was first. */
export const isConflict = (error: unknown): boolean => {
  const failure = failureOf(error);
  return failure?.status === 409 || failure?.type === 'resource_already_exists_exception';
};

/** Awaits a request; throws `OpenSearchUnavailable` for temporary errors, and other errors as they are. */
export const mapOpenSearchErrors = async <T>(request: PromiseLike<T>): Promise<T> => {
  try {
    return await request;
  } catch (error) {
    if (isOutOfReach(error)) throw new OpenSearchUnavailable((error as Error).message, { cause: error });
    const failure = failureOf(error);
    if (failure !== undefined && isPassing(failure))
      throw new OpenSearchUnavailable(`${failure.status} ${failure.type}`, { cause: error });
    throw error;
  }
};

/** The same, and `undefined` when there is no such index or document. */
export const orUndefined = async <T>(request: PromiseLike<T>): Promise<T | undefined> => {
  try {
    return await mapOpenSearchErrors(request);
  } catch (error) {
    if (failureOf(error)?.status === 404) return undefined;
    throw error;
  }
};
