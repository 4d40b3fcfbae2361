import type { ServerDuplexStream, ServerWritableStream } from '@grpc/grpc-js';

/** Writes to a client that may be slow or gone. */
export type Outlet<Response> = {
  /** Hands over a response of about that many bytes, whether or not there is room. */
  readonly write: (response: Response, bytes?: number) => void;
  /** Resolves when little is on its way to the client: true, or false when it has gone. */
  readonly room: () => Promise<boolean> | boolean;
  readonly isGone: () => boolean;
  /** Called once, at once if the client has already gone. */
  readonly onGone: (listener: () => void) => void;
};

type Call<Request, Response> = ServerWritableStream<Request, Response> | ServerDuplexStream<Request, Response>;

/** A stream's own high-water mark counts messages, and sixteen of them can be sixteen megabytes. */
const ON_THE_WAY_BYTES_MAX = 128 * 1024;
/** What a message costs beyond its content. */
const OVERHEAD_BYTES = 128;

export const outletOf = <Request, Response>(call: Call<Request, Response>): Outlet<Response> => {
  const goneListeners: (() => void)[] = [];
  let gone = false;
  let onTheWay = 0;
  let waiting: ((stillThere: boolean) => void)[] = [];

  const tell = (): void => {
    const told = waiting;
    waiting = [];
    for (const resolve of told) resolve(!gone);
  };
  const leave = (): void => {
    if (gone) return;
    gone = true;
    tell();
    for (const listener of goneListeners) listener();
  };
  call.once('cancelled', leave);
  call.once('close', leave);
  call.once('error', leave);

  return {
    write: (response, bytes = 0) => {
      if (gone || call.cancelled) return;
      const size = bytes + OVERHEAD_BYTES;
      onTheWay += size;
      call.write(response, () => {
        onTheWay -= size;
        if (onTheWay < ON_THE_WAY_BYTES_MAX && waiting.length > 0) tell();
      });
    },
    room: () => {
      if (gone || call.cancelled) return false;
      return onTheWay < ON_THE_WAY_BYTES_MAX || new Promise((resolve) => waiting.push(resolve));
    },
    isGone: () => gone || call.cancelled,
    onGone: (listener) => {
      if (gone) listener();
      else goneListeners.push(listener);
    },
  };
};
