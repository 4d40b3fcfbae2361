import type { ServerDuplexStream, ServerWritableStream } from '@grpc/grpc-js';

/** Writes that wait for a slow client instead of piling up in memory. */
export type Outlet<Response> = {
  /** True when the client has room for more, false when it has gone; a promise of either when it must first catch up. */
  readonly send: (response: Response) => Promise<boolean> | boolean;
  readonly isGone: () => boolean;
  /** Called once, at once if the client has already gone. */
  readonly onGone: (listener: () => void) => void;
};

type Call<Request, Response> = ServerWritableStream<Request, Response> | ServerDuplexStream<Request, Response>;

export const outletOf = <Request, Response>(call: Call<Request, Response>): Outlet<Response> => {
  const goneListeners: (() => void)[] = [];
  let gone = false;
  let room: { readonly promise: Promise<boolean>; readonly resolve: (stillThere: boolean) => void } | undefined;

  const haveRoom = (): void => {
    room?.resolve(!gone);
    room = undefined;
  };
  const leave = (): void => {
    if (gone) return;
    gone = true;
    haveRoom();
    for (const listener of goneListeners) listener();
  };
  call.on('drain', haveRoom);
  call.once('cancelled', leave);
  call.once('close', leave);
  call.once('error', leave);

  return {
    send: (response) => {
      if (gone || call.cancelled) return false;
      if (call.write(response)) return true;
      room ??= Promise.withResolvers<boolean>();
      return room.promise;
    },
    isGone: () => gone || call.cancelled,
    onGone: (listener) => {
      if (gone) listener();
      else goneListeners.push(listener);
    },
  };
};
