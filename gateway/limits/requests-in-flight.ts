import { problem, ProblemError } from '@lego-moc/http/problem';
import { NoFreeSlot, type SlotOptions } from '@lego-moc/resilience/connection-slots';
import { slotsPerKey } from '@lego-moc/resilience/slots-per-key';

export type RequestKind = 'upload' | 'other';

/** Per user, on one instance of the gateway. */
const IN_FLIGHT: Readonly<Record<RequestKind, SlotOptions>> = {
  upload: { slots: 8, queueMax: 32, waitMs: 30_000 },
  other: { slots: 16, queueMax: 256, waitMs: 10_000 },
};

const PROBLEMS: Readonly<Record<RequestKind, { readonly code: string; readonly nouns: string }>> = {
  upload: { code: 'too-many-uploads', nouns: 'uploads' },
  other: { code: 'too-many-requests-in-flight', nouns: 'requests' },
};

export type RequestsInFlight = {
  /**
   * Resolves when it is the user's turn, with the function that ends it. Throws `ProblemError` with 429 when too many
   * wait.
   */
  readonly begin: (userId: string, kind: RequestKind) => Promise<() => void>;
};

const tooMany = (kind: RequestKind): ProblemError => {
  const { code, nouns } = PROBLEMS[kind];
  const { slots } = IN_FLIGHT[kind];
  return new ProblemError(
    problem(
      429,
      code,
      `You have ${slots} ${nouns} in progress and more waiting. Send this again when some have ended.`,
      {
        headers: { 'retry-after': '10' },
        members: { limit: slots },
      },
    ),
  );
};

/**
 * Runs at most eight uploads and sixteen other requests of one user at a time; a bounded number wait, unread. One
 * user's load thus leaves connections and time of the services to the others.
 */
export const requestsInFlight = (): RequestsInFlight => {
  const turns = { upload: slotsPerKey(IN_FLIGHT.upload), other: slotsPerKey(IN_FLIGHT.other) };

  return {
    begin: async (userId, kind) => {
      try {
        return await turns[kind].begin(userId);
      } catch (error) {
        throw error instanceof NoFreeSlot ? tooMany(kind) : error;
      }
    },
  };
};
