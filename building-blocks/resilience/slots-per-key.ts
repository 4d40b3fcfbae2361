import { connectionSlots, type ConnectionSlots, type SlotOptions } from './connection-slots.ts';

export type SlotsPerKey = {
  /**
   * Resolves when a slot of `key` is free, with the function that gives it back. Throws `NoFreeSlot` when the key's queue
   * is full or the wait too long.
   */
  readonly begin: (key: string) => Promise<() => void>;
};

/** Slots and a bounded queue for each key, such as a user; remembered only while they are in use. */
export const slotsPerKey = (options: SlotOptions): SlotsPerKey => {
  const keys = new Map<string, { readonly slots: ConnectionSlots; holders: number }>();

  return {
    begin: async (key) => {
      const entry = keys.get(key) ?? { slots: connectionSlots(options), holders: 0 };
      keys.set(key, entry);
      entry.holders += 1;
      const leave = (): void => {
        entry.holders -= 1;
        if (entry.holders === 0) keys.delete(key);
      };
      try {
        await entry.slots.acquire();
      } catch (error) {
        leave();
        throw error;
      }
      return () => {
        entry.slots.release();
        leave();
      };
    },
  };
};
