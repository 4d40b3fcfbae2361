import type { ServerDuplexStream, ServerWritableStream } from '@grpc/grpc-js';

/** Writes that wait for a slow client instead of piling up in memory. */
export type Outlet<Response> = {
  /** Resolves when the client has room for more; false when it has gone. */
  readonly send: (response: Response) => Promise<boolean> | boolean;
  readonly isGone: () => boolean;
  readonly onGone: (listener: () => void) => void;
};

export const outletOf = <Request, Response>(
  call: ServerWritableStream<Request, Response> | ServerDuplexStream<Request, Response>,
): Outlet<Response> => {
  const listeners: (() => void)[] = [];
  let gone = false;
  const leave = (): void => {
    if (gone) return;
    gone = true;
    for (const listener of listeners.splice(0)) listener();
  };
  call.once('cancelled', leave);
  call.once('close', leave);
  call.once('error', leave);

  const drained = (): Promise<boolean> =>
    new Promise((resolve) => {
      const settle = (): void => {
        call.off('drain', settle);
        resolve(!gone);
      };
      call.once('drain', settle);
      listeners.push(settle);
    });

  return {
    send: (response) => {
      if (gone || call.cancelled) return false;
      return call.write(response) ? true : drained();
    },
    isGone: () => gone || call.cancelled,
    onGone: (listener) => {
      if (gone) listener();
      else listeners.push(listener);
    },
  };
};
