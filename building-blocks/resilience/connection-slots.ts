export type ConnectionSlots = {
  /** Resolves when a slot is free, first come, first served. Throws `NoFreeSlot` when the queue is full or the wait too long. */
  readonly acquire: () => Promise<void>;
  /** Gives one acquired slot back. */
  readonly release: () => void;
  /** Slots in use. */
  readonly inUse: () => number;
};

/** Every slot stayed in use for as long as a caller may wait, or too many callers wait already. */
export class NoFreeSlot extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'NoFreeSlot';
  }
}

export type SlotOptions = {
  readonly slots: number;
  /** How many callers may wait at once. */
  readonly queueMax: number;
  /** How long each of them may wait, in milliseconds. */
  readonly waitMs: number;
};

type Waiter = { readonly start: () => void; readonly timer: NodeJS.Timeout };

/** At most `slots` at a time, and a bounded queue in front of them. */
export const connectionSlots = ({ slots, queueMax, waitMs }: SlotOptions): ConnectionSlots => {
  const queue = new Set<Waiter>();
  let inUse = 0;

  const wait = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const giveUp = (): void => {
        queue.delete(waiter);
        reject(new NoFreeSlot(`No slot was free within ${waitMs} ms`));
      };
      const waiter: Waiter = { start: resolve, timer: setTimeout(giveUp, waitMs) };
      queue.add(waiter);
    });

  return {
    acquire: () => {
      if (inUse < slots) {
        inUse += 1;
        return Promise.resolve();
      }
      if (queue.size >= queueMax) return Promise.reject(new NoFreeSlot(`${queueMax} callers wait already`));
      return wait();
    },
    release: () => {
      const [next] = queue;
      if (next === undefined) {
        inUse -= 1;
        return;
      }
      queue.delete(next);
      clearTimeout(next.timer);
      next.start();
    },
    inUse: () => inUse,
  };
};
