import { problem } from './problem.ts';

/** Open event streams, of all callers and of each. */
export type WatcherLimit = {
  /** Counts one more until the returned function is called; `undefined` when there are too many. */
  readonly admit: (caller: string) => (() => void) | undefined;
};

/** Each stream asks the database twice a second and holds a connection of the gateway. */
const STREAMS_MAX = 100;

/** A browser opens no more than six connections to one host. */
const STREAMS_PER_CALLER_MAX = 6;

/** Limits the event streams that one process serves. */
export const watcherLimit = (): WatcherLimit => {
  const byCaller = new Map<string, number>();
  let total = 0;

  const leave = (caller: string): void => {
    total -= 1;
    const others = (byCaller.get(caller) ?? 1) - 1;
    if (others === 0) byCaller.delete(caller);
    else byCaller.set(caller, others);
  };

  return {
    admit: (caller) => {
      const own = byCaller.get(caller) ?? 0;
      if (total >= STREAMS_MAX || own >= STREAMS_PER_CALLER_MAX) return undefined;
      total += 1;
      byCaller.set(caller, own + 1);
      return () => leave(caller);
    },
  };
};

/** The headers of server-sent events. */
export const EVENT_STREAM_HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  // For reverse proxies in front of the gateway, which would wait for a full buffer.
  'x-accel-buffering': 'no',
};

/** The answer when no more streams are admitted. */
export const tooManyStreams = problem(429, 'too-many-event-streams', 'Close one of them, or ask at intervals.', {
  headers: { 'retry-after': '5' },
});
