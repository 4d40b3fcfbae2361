import type { Metadata, UntypedServiceImplementation } from '@grpc/grpc-js';
import type { RpcFailure } from '../wire/errors.ts';

type Call = { readonly metadata: Metadata; emit(event: 'error', failure: RpcFailure): boolean };
type Handler = (call: Call, callback?: (failure: RpcFailure) => void) => unknown;

/** The same service, every call of it checked by `refusalOf` first. */
export const guardedService = <Service extends UntypedServiceImplementation>(
  service: Service,
  refusalOf: (method: keyof Service, metadata: Metadata) => RpcFailure | undefined,
): Service => {
  const guardedMethods = Object.entries(service).map(([name, implementation]) => {
    const handle = implementation as Handler;
    const guard: Handler = (call, callback) => {
      const refusal = refusalOf(name, call.metadata);
      if (refusal === undefined) handle(call, callback);
      else if (callback === undefined) call.emit('error', refusal);
      else callback(refusal);
    };
    return [name, guard];
  });
  return Object.fromEntries(guardedMethods) as Service;
};
