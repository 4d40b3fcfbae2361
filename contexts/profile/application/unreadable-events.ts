import type { UserId } from '@lego-moc/kernel/message';

/** The count stops here: it shows that keys are lost, not how many. */
const DISTINCT_MAX = 10_000;

type Needs = { readonly warn: (message: string, context: Readonly<Record<string, unknown>>) => void };

/** Counts each event that could not be read for want of its key once, and logs it, since this process started. */
export const unreadableEvents = ({ warn }: Needs, distinctMax = DISTINCT_MAX) => {
  const notedEvents = new Set<string>();
  return {
    note: (userId: UserId, revision: bigint): void => {
      const event = `${userId} ${String(revision)}`;
      if (notedEvents.has(event) || notedEvents.size >= distinctMax) return;
      notedEvents.add(event);
      warn('An event of a profile cannot be read: the key that sealed it is lost', {
        userId,
        revision: String(revision),
      });
    },
    count: (): number => notedEvents.size,
  };
};

export type UnreadableEvents = ReturnType<typeof unreadableEvents>;
