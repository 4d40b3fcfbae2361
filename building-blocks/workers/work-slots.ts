import { fairQueue } from './fair-queue.ts';
import { WorkersUnavailable } from './unavailable.ts';

export type SlotOptions = {
  /** Pieces of work at once. */
  readonly slotsMax: number;
  /** Pieces of work that may wait. */
  readonly waitingMax: number;
  /** Work that costs more than this never takes the last free slot, so that small work always finds one. */
  readonly largeAbove?: number | undefined;
};

/** A bounded number of slots, given to waiting work fairly by owner, and to cheap work first. */
export interface WorkSlots {
  /** Waits for a slot; the result frees it. Throws `WorkersUnavailable` when too much work waits. */
  acquire(owner: string, cost?: number): Promise<() => void>;
  /** How much work waits. */
  waiting(): number;
}

export const workSlots = ({ slotsMax, waitingMax, largeAbove = Infinity }: SlotOptions): WorkSlots => {
  type Waiter = { readonly isLarge: boolean; readonly start: () => void };
  const queue = fairQueue<Waiter>();
  const largeMax = Math.max(1, slotsMax - 1);
  let busy = 0;
  let busyWithLarge = 0;

  const startWaiting = (): void => {
    while (busy < slotsMax) {
      const waiter = queue.take(busyWithLarge < largeMax ? Infinity : largeAbove);
      if (waiter === undefined) return;
      busy += 1;
      if (waiter.isLarge) busyWithLarge += 1;
      waiter.start();
    }
  };

  const releaseOf = (isLarge: boolean): (() => void) => {
    let isReleased = false;
    return () => {
      if (isReleased) return;
      isReleased = true;
      busy -= 1;
      if (isLarge) busyWithLarge -= 1;
      startWaiting();
    };
  };

  return {
    waiting: () => queue.size(),
    acquire: async (owner, cost = 1) => {
      const isLarge = cost > largeAbove;
      const canStart = busy < slotsMax && (!isLarge || busyWithLarge < largeMax);
      if (queue.size() >= waitingMax && !canStart)
        throw new WorkersUnavailable(`${waitingMax} pieces of work are waiting already`);
      await new Promise<void>((start) => {
        queue.add(owner, { isLarge, start }, cost);
        startWaiting();
      });
      return releaseOf(isLarge);
    },
  };
};
