/** The heartbeat of one piece of work that holds a lease. */
export type Heartbeat = {
  /** True once a beat was answered with false: the lease belongs to somebody else. */
  readonly isLost: () => boolean;
  readonly stop: () => Promise<void>;
};

/** A fifth of the lease, so that four failed beats in a row lose nothing. */
const BEAT_INTERVAL_MS = 1_000;

/** Calls `beat` at an interval until it is stopped. A beat that throws is ignored, since the next one may succeed. */
export const startHeartbeat = (beat: () => Promise<boolean>, intervalMs = BEAT_INTERVAL_MS): Heartbeat => {
  let isLost = false;
  let latestBeat: Promise<void> = Promise.resolve();
  let idle = true;
  const timer = setInterval(() => {
    if (!idle) return;
    idle = false;
    latestBeat = beat()
      .then(
        (isRenewed) => {
          isLost ||= !isRenewed;
        },
        () => undefined,
      )
      .finally(() => {
        idle = true;
      });
  }, intervalMs).unref();

  return {
    isLost: () => isLost,
    stop: async () => {
      clearInterval(timer);
      await latestBeat;
    },
  };
};
