import { LogUnavailable } from '../storage/event-log.ts';
import { RecordDamaged } from '../storage/record.ts';
import { dataLoss, internal, resourceExhausted, unavailable, type RpcFailure } from '../wire/errors.ts';

/** A call that ends with this status. */
export class CallRefused extends Error {
  readonly failure: RpcFailure;
  constructor(failure: RpcFailure) {
    super(failure.details);
    this.failure = failure;
  }
}

/** Throws `CallRefused` when there is a reason to. */
export const throwIfRefused = (failure: RpcFailure | undefined): void => {
  if (failure !== undefined) throw new CallRefused(failure);
};

/** The status that tells a client what became of its call. Unexpected errors stay opaque: their text is ours. */
export const toRpcFailure = (error: unknown): RpcFailure => {
  if (error instanceof CallRefused) return error.failure;
  if (error instanceof RecordDamaged) return dataLoss(error.message);
  if (error instanceof LogUnavailable) {
    return error.reason === 'disk-full' ? resourceExhausted(error.message) : unavailable(error.message);
  }
  // LMDB's own codes: the storage is being reopened after a failed write.
  if (error instanceof Error && error.message.includes('MDB_')) return unavailable('The storage is recovering');
  console.error(error);
  return internal('The server failed unexpectedly; its log says why');
};
