import { NoFreeSlot, type SlotOptions } from '@lego-moc/resilience/connection-slots';
import { slotsPerKey } from '@lego-moc/resilience/slots-per-key';

/**
 * Of one owner, on one instance. Twice the uploads that the gateway lets a user have in progress; the queue takes the
 * files that some of them send together. A caller gives up after 30 s without progress: the wait is much shorter.
 */
export const UPLOADS_IN_FLIGHT: SlotOptions = { slots: 16, queueMax: 64, waitMs: 10_000 };

/**
 * Resolves when it is the owner's turn to upload, with the function that ends the turn; with `undefined` when too many
 * uploads wait, or for too long.
 */
export type BeginUpload = (owner: string) => Promise<(() => void) | undefined>;

export const uploadsInFlight = (options: SlotOptions = UPLOADS_IN_FLIGHT): BeginUpload => {
  const { begin } = slotsPerKey(options);
  return async (owner) => {
    try {
      return await begin(owner);
    } catch (error) {
      if (error instanceof NoFreeSlot) return undefined;
      throw error;
    }
  };
};
