import { problem, type Reply } from '@lego-moc/http/respond';
import { NoFreeSlot, type SlotOptions } from '@lego-moc/resilience/connection-slots';
import { slotsPerKey } from '@lego-moc/resilience/slots-per-key';
import type { UserId } from '@lego-moc/kernel/message';

/** Of one user, on one instance. A question about 100 MOCs reads and assigns for a second or two. */
const QUESTIONS_IN_FLIGHT: SlotOptions = { slots: 2, queueMax: 16, waitMs: 8_000 };

/** Answers when it is the user's turn; with 429 when too many of their questions wait, or for too long. */
export type AnswerInTurn = (user: UserId, answer: () => Promise<Reply>) => Promise<Reply>;

/** Runs few questions of one user at a time, so that connections and time are left to the others. */
export const questionsInFlight = (options: SlotOptions = QUESTIONS_IN_FLIGHT): AnswerInTurn => {
  const { begin } = slotsPerKey(options);
  const tooMany = problem(
    429,
    'too-many-questions',
    `${String(options.slots)} of your questions are being answered and more wait. Send this again when some have ended.`,
    { headers: { 'retry-after': '2' }, members: { limit: options.slots } },
  );

  return async (user, answer) => {
    let end: () => void;
    try {
      end = await begin(user);
    } catch (error) {
      if (error instanceof NoFreeSlot) return tooMany;
      throw error;
    }
    try {
      return await answer();
    } finally {
      end();
    }
  };
};
