import type { GroupInfo } from './persistent-groups.ts';

type LocalCounts = { readonly received: number; readonly inFlight: number };

/** How many observations in a row must agree: a single one may fall between a commit and its delivery. */
const REQUIRED_OBSERVATIONS = 2;

/**
 * A predicate to be called periodically: whether the subscription has gone silent although there is work. That is so
 * when this process holds no message and has received none since the last call, while the store either has forgotten
 * the connection or holds messages back.
 */
export const stallDetector = (
  fetchInfo: () => Promise<GroupInfo | undefined>,
  localCounts: () => LocalCounts,
): (() => Promise<boolean>) => {
  let previouslyReceived = -1;
  let observations = 0;

  return async () => {
    const info = await fetchInfo();
    const { received, inFlight } = localCounts();
    const isIdle = inFlight === 0 && received === previouslyReceived;
    previouslyReceived = received;
    const hasWork = info === undefined || info.connections === 0 || info.waiting > 0 || info.inFlight > 0;
    observations = isIdle && hasWork ? observations + 1 : 0;
    return observations >= REQUIRED_OBSERVATIONS;
  };
};
