/** A request is given precedence for so long; one that takes longer is a transfer, which waits for the network. */
const PRECEDENCE_MS = 1_000;
/** What nobody waits for is still done: under the heaviest load each piece of it waits no longer than this. */
const PATIENCE_MS = 100;

let inHand = 0;
const waiting = new Set<() => void>();

const letOneGo = (): void => {
  if (inHand > 0) return;
  const [next] = waiting;
  if (next === undefined) return;
  next();
  // The next one only if no request has come meanwhile.
  setImmediate(letOneGo);
};

/** Somebody waits for what begins now. Returns how to say that it is done; saying so twice is harmless. */
export const beginForeground = (): (() => void) => {
  inHand += 1;
  let running = true;
  const end = (): void => {
    if (!running) return;
    running = false;
    clearTimeout(lapse);
    inHand -= 1;
    if (inHand === 0 && waiting.size > 0) setImmediate(letOneGo);
  };
  const lapse = setTimeout(end, PRECEDENCE_MS).unref();
  return end;
};

/**
 * For work that nobody waits for, such as read models and publications: resolves once no request is in hand in this
 * process, at once when none is, and after a tenth of a second in any case.
 */
export const foregroundRests = (): Promise<void> => {
  if (inHand === 0 && waiting.size === 0) return Promise.resolve();
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
