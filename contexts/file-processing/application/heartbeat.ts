/** The heartbeat of one piece of work that holds a lease. */
export type Heartbeat = {
  readonly stop: () => Promise<void>;
};

/** A fifth of the lease, so that four failed beats in a row lose nothing. */
const BEAT_INTERVAL_MS = 1_000;

/**
 * Calls `beat` at an interval until it is stopped, and `onLost` once a beat was answered with false: the lease belongs
 * to somebody else. A beat that throws is ignored, since the next one may succeed.
 */
export const startHeartbeat = (
  beat: () => Promise<boolean>,
  onLost: () => void,
  intervalMs = BEAT_INTERVAL_MS,
): Heartbeat => {
  let latestBeat: Promise<void> = Promise.resolve();
  let idle = true;
  const timer = setInterval(() => {
    if (!idle) return;
    idle = false;
    latestBeat = beat()
      .then(
        (isRenewed) => {
          if (!isRenewed) onLost();
        },
        () => undefined,
      )
      .finally(() => {
        idle = true;
      });
  }, intervalMs).unref();

  return {
    stop: async () => {
      clearInterval(timer);
      await latestBeat;
    },
  };
};
