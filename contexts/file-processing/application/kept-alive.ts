/** Signs of life of one piece of work. */
export type Pulse = {
  /** True once a sign of life was answered that nobody waits for it any more. */
  readonly lost: () => boolean;
  readonly stop: () => Promise<void>;
};

/** A fifth of the silence after which a worker is thought dead. */
const BEAT_MS = 1_000;

/** Gives a sign of life every second until it is stopped. One that fails is not missed: the next one may get through. */
export const keptAlive = (beat: () => Promise<boolean>, everyMs = BEAT_MS): Pulse => {
  let lost = false;
  let beating: Promise<void> = Promise.resolve();
  let idle = true;
  const timer = setInterval(() => {
    if (!idle) return;
    idle = false;
    beating = beat()
      .then(
        (wanted) => {
          lost ||= !wanted;
        },
        () => undefined,
      )
      .finally(() => {
        idle = true;
      });
  }, everyMs).unref();

  return {
    lost: () => lost,
    stop: async () => {
      clearInterval(timer);
      await beating;
    },
  };
};
