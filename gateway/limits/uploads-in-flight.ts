import { problem, ProblemError } from '@lego-moc/http/problem';
import { connectionSlots, NoFreeSlot, type ConnectionSlots } from '@lego-moc/resilience/connection-slots';

/** Of one user, on one instance of the gateway. */
const UPLOADS = { slots: 8, queueMax: 32, waitMs: 30_000 };

export type UploadsInFlight = {
  /** Resolves when the user may upload, with what ends that. Throws `ProblemError` with 429 when too many wait already. */
  readonly begin: (userId: string) => Promise<() => void>;
};

const tooMany = (): ProblemError =>
  new ProblemError(
    problem(
      429,
      'too-many-uploads',
      `You have ${UPLOADS.slots} uploads in progress and more waiting. Send this one again when some have finished.`,
      { headers: { 'retry-after': '10' }, members: { limit: UPLOADS.slots } },
    ),
  );

/** At most eight uploads of one user are in progress; up to 32 more wait, without being read. */
export const uploadsInFlight = (): UploadsInFlight => {
  const users = new Map<string, { readonly slots: ConnectionSlots; holders: number }>();

  return {
    begin: async (userId) => {
      const entry = users.get(userId) ?? { slots: connectionSlots(UPLOADS), holders: 0 };
      users.set(userId, entry);
      entry.holders += 1;
      const leave = (): void => {
        entry.holders -= 1;
        if (entry.holders === 0) users.delete(userId);
      };
      try {
        await entry.slots.acquire();
      } catch (error) {
        leave();
        throw error instanceof NoFreeSlot ? tooMany() : error;
      }
      return () => {
        entry.slots.release();
        leave();
      };
    },
  };
};
