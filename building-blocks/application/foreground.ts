/** A request is given precedence for so long; one that takes longer is a transfer, which waits for the network. */
const PRECEDENCE_MS = 1_000;
/** What nobody waits for is still done: under the heaviest load each piece of it waits no longer than this. */
const PATIENCE_MS = 100;

/** The requests in hand that take precedence or have just lost it, the oldest first. */
const inHand = new Set<{ readonly beganAt: number }>();
const waiting = new Set<() => void>();

/** A timer for each request would cost more than all the rest of this. */
const isAnyInHand = (): boolean => {
  const since = performance.now() - PRECEDENCE_MS;
  for (const request of inHand) {
    if (request.beganAt > since) return true;
    inHand.delete(request);
  }
  return false;
};

const letOneGo = (): void => {
  const [next] = waiting;
  if (next === undefined || isAnyInHand()) return;
  next();
  // The next one only if no request has come meanwhile.
  setImmediate(letOneGo);
};

/** Somebody waits for what begins now. Returns how to say that it is done; saying so twice is harmless. */
export const requestStarted = (): (() => void) => {
  const request = { beganAt: performance.now() };
  inHand.add(request);
  return () => {
    if (inHand.delete(request) && waiting.size > 0 && !isAnyInHand()) setImmediate(letOneGo);
  };
};

/**
 * For work that nobody waits for, such as read models and publications: resolves once no request is in hand in this
 * process, at once when none is, and after a tenth of a second in any case.
 */
export const whenIdle = (): Promise<void> => {
  if (waiting.size === 0 && !isAnyInHand()) return Promise.resolve();
  return new Promise((resolve) => {
    const go = (): void => {
      clearTimeout(patience);
      waiting.delete(go);
      resolve();
    };
    const patience = setTimeout(go, PATIENCE_MS);
    waiting.add(go);
  });
};
