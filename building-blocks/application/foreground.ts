/** A request has precedence for so long; one that takes longer is a transfer, which waits for the network. */
const PRECEDENCE_MS = 1_000;
/** The longest that a piece of background work waits, however many requests are in flight. */
const BACKGROUND_WAIT_MAX_MS = 100;

/** The requests in flight that have precedence or have just lost it, the oldest first. */
const inFlight = new Set<{ readonly startedAt: number }>();
const waiters = new Set<() => void>();

const isBusy = (): boolean => {
  const since = performance.now() - PRECEDENCE_MS;
  for (const request of inFlight) {
    if (request.startedAt > since) return true;
    inFlight.delete(request);
  }
  return false;
};

const startNext = (): void => {
  const [next] = waiters;
  if (next === undefined || isBusy()) return;
  next();
  // The next piece starts only if no request has started meanwhile.
  setImmediate(startNext);
};

/** Registers a request that somebody waits for. Returns the function to call when it is done; calling it twice is harmless. */
export const requestStarted = (): (() => void) => {
  const request = { startedAt: performance.now() };
  inFlight.add(request);
  return () => {
    if (inFlight.delete(request) && waiters.size > 0 && !isBusy()) setImmediate(startNext);
  };
};

/**
 * For background work such as read models and publications: resolves once no request is in flight in this process, and
 * after a tenth of a second in any case.
 */
export const whenIdle = (): Promise<void> => {
  if (waiters.size === 0 && !isBusy()) return Promise.resolve();
  return new Promise((resolve) => {
    const go = (): void => {
      clearTimeout(timer);
      waiters.delete(go);
      resolve();
    };
    const timer = setTimeout(go, BACKGROUND_WAIT_MAX_MS);
    waiters.add(go);
  });
};
