import type { GroupInfo } from './persistent-groups.ts';

type Ours = { readonly received: number; readonly inHand: number };

/** How many looks in a row must find the same silence. One may fall between a commit and its delivery. */
const LOOKS = 2;

/**
 * Tells, each time it is asked, whether the subscription has gone silent although there is work: we hold no message
 * and have received none since the last look, while the store does not know our connection any more or holds
 * messages back.
 */
export const stallDetector = (
  look: () => Promise<GroupInfo | undefined>,
  ours: () => Ours,
): (() => Promise<boolean>) => {
  let receivedBefore = -1;
  let looks = 0;

  return async () => {
    const info = await look();
    const { received, inHand } = ours();
    const idle = inHand === 0 && received === receivedBefore;
    receivedBefore = received;
    const neglected = info === undefined || info.connections === 0 || info.waiting > 0 || info.inFlight > 0;
    looks = idle && neglected ? looks + 1 : 0;
    return looks >= LOOKS;
  };
};
