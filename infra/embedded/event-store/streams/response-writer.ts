import type { ServerDuplexStream, ServerWritableStream } from '@grpc/grpc-js';

/** Writes to a client that may be slow or gone. */
export type ResponseWriter<Response> = {
  /** Hands over a response of about that many bytes, whether or not there is room. */
  readonly write: (response: Response, bytes?: number) => void;
  /** Resolves when little is on its way to the client: true, or false when it has gone. */
  readonly whenWritable: () => Promise<boolean> | boolean;
  readonly isClosed: () => boolean;
  /** Called once, at once if the client has already gone. */
  readonly onClose: (listener: () => void) => void;
};

type Call<Request, Response> = ServerWritableStream<Request, Response> | ServerDuplexStream<Request, Response>;

/** A stream's own high-water mark counts messages, and sixteen of them can be sixteen megabytes. */
const UNSENT_BYTES_MAX = 128 * 1024;
/** Overhead of a message beyond its content, in bytes. */
const OVERHEAD_BYTES = 128;

export const responseWriter = <Request, Response>(call: Call<Request, Response>): ResponseWriter<Response> => {
  const closeListeners: (() => void)[] = [];
  let isClosed = false;
  let unsentBytes = 0;
  let waiters: ((stillThere: boolean) => void)[] = [];

  const resolveWaiting = (): void => {
    const resolvers = waiters;
    waiters = [];
    for (const resolve of resolvers) resolve(!isClosed);
  };
  const close = (): void => {
    if (isClosed) return;
    isClosed = true;
    resolveWaiting();
    for (const listener of closeListeners) listener();
  };
  call.once('cancelled', close);
  call.once('close', close);
  call.once('error', close);

  return {
    write: (response, bytes = 0) => {
      if (isClosed || call.cancelled) return;
      const size = bytes + OVERHEAD_BYTES;
      unsentBytes += size;
      call.write(response, () => {
        unsentBytes -= size;
        if (unsentBytes < UNSENT_BYTES_MAX && waiters.length > 0) resolveWaiting();
      });
    },
    whenWritable: () => {
      if (isClosed || call.cancelled) return false;
      return unsentBytes < UNSENT_BYTES_MAX || new Promise((resolve) => waiters.push(resolve));
    },
    isClosed: () => isClosed || call.cancelled,
    onClose: (listener) => {
      if (isClosed) listener();
      else closeListeners.push(listener);
    },
  };
};
