import { createHash } from 'node:crypto';
import type { Cause } from '@lego-moc/application/event-streams';
import type { Instant } from '@lego-moc/kernel/message';
import type { EventStoreClient } from '../connect.ts';
import type { DeliveredEvent, Source } from '../delivered-event.ts';
import { parkedMessages, replayParked, type ParkedMessage } from '../persistent-groups.ts';
import { appendMark, readMarks, type Marks } from './marks.ts';
import { replayMessages, type ReplayProgress } from './replay.ts';

/** A message that a consumer gave up on, and what operators did with it. */
export type DeadLetter = ParkedMessage & {
  /** Its number and the source that it came from: it never changes, and no other message has it. */
  readonly id: string;
  /** The same for messages of one type that failed for one reason at one place. */
  readonly groupKey: string;
  /** How often it was given up on. */
  readonly attempts: number;
  /** Null unless it was discarded. */
  readonly discardedAt: Instant | null;
};

export type DeadLetters = {
  /** The oldest first, those that were discarded among them; at most a thousand of each source. */
  readonly list: () => Promise<readonly DeadLetter[]>;
  /**
   * Handles messages again, one after the other. Those that fail again stay. Throws the failure of what the consumer
   * stands on: nothing is said of the messages behind it then.
   */
  readonly replay: (
    ids: ReadonlySet<string>,
    cause: Cause,
    onProgress?: (progress: ReplayProgress) => void,
  ) => Promise<ReplayProgress>;
  /** Hides messages without handling them. */
  readonly discard: (ids: ReadonlySet<string>, cause: Cause) => Promise<void>;
  /** Undoes a discard. */
  readonly restore: (ids: ReadonlySet<string>, cause: Cause) => Promise<void>;
  /** How many wait for people, and how many the store still has that do not; of those that `list` looks at. */
  readonly count: () => Promise<{ readonly open: number; readonly hidden: number }>;
  /** What a command has done here before; `undefined` when nothing. */
  readonly outcomeOf: (commandId: string) => Promise<{ readonly count: number; readonly failed: number } | undefined>;
};

/** What the dead letters of a group are read from and handled by. */
export type Consumer = {
  readonly source: Source;
  readonly handle: (event: DeliveredEvent) => Promise<void>;
};

/** More than that nobody looks through; what lies behind comes up when the first have gone. */
const LISTED_MAX = 1_000;

const sourceName = (source: Source): string => ('stream' in source ? source.stream : '$all');

const groupKeyOf = ({ event, reason, frame }: ParkedMessage): string =>
  createHash('sha256')
    .update(JSON.stringify([event?.type, reason, frame]))
    .digest('hex')
    .slice(0, 16);

const byAge = (message: DeadLetter, other: DeadLetter): number =>
  (message.parkedAt ?? '').localeCompare(other.parkedAt ?? '') || (message.number < other.number ? -1 : 1);

const toDeadLetter = (message: ParkedMessage, source: Source, marks: Marks): DeadLetter => {
  const id = `${String(message.number)}:${sourceName(source)}`;
  const { reason, frame } = marks.failures.get(id) ?? message;
  const current = { ...message, reason, frame: frame ?? undefined };
  return {
    ...current,
    id,
    groupKey: groupKeyOf(current),
    attempts: 1 + (marks.replays.get(message.link) ?? 0),
    discardedAt: marks.discards.get(id) ?? null,
  };
};

/** The dead letters of a group, which reads from these sources. All functions throw `EventStoreUnavailable`. */
export const deadLettersOf = (client: EventStoreClient, group: string, consumers: readonly Consumer[]): DeadLetters => {
  const read = async (source: Source, marks: Marks): Promise<readonly DeadLetter[]> =>
    (await parkedMessages(client, group, source, LISTED_MAX)).map((message) => toDeadLetter(message, source, marks));

  const readOpen = async () => {
    const marks = await readMarks(client, group);
    const letters = (await Promise.all(consumers.map(({ source }) => read(source, marks)))).flat();
    return { storedCount: letters.length, open: letters.filter(({ id }) => !marks.settledIds.has(id)) };
  };

  const list: DeadLetters['list'] = async () => (await readOpen()).open.toSorted(byAge);

  const count: DeadLetters['count'] = async () => {
    const { storedCount, open } = await readOpen();
    const waitingCount = open.filter(({ discardedAt }) => discardedAt === null).length;
    return { open: waitingCount, hidden: storedCount - waitingCount };
  };

  /** Lets the store forget the oldest messages that were handled: it delivers them once more, which is harmless. */
  const forgetSettled = async (): Promise<void> => {
    const { settledIds } = await readMarks(client, group);
    for (const { source } of consumers) {
      const messages = await parkedMessages(client, group, source, LISTED_MAX);
      const open = messages.find(({ number }) => !settledIds.has(`${String(number)}:${sourceName(source)}`));
      const last = messages.at(-1);
      if (last === undefined || open === messages[0]) continue;
      await replayParked(client, group, source, open?.number ?? last.number + 1n);
    }
  };

  const consumerOf = new Map(consumers.map((consumer) => [sourceName(consumer.source), consumer]));

  const replay: DeadLetters['replay'] = async (ids, cause, onProgress) => {
    const messages = (await list()).filter(({ id }) => ids.has(id));
    const result = await replayMessages(
      { client, group, cause },
      messages,
      async ({ id }, event) => consumerOf.get(id.slice(id.indexOf(':') + 1))?.handle(event),
      onProgress,
    );
    await forgetSettled();
    return result;
  };

  const mark =
    (type: 'operations.MessagesDiscarded' | 'operations.MessagesRestored'): DeadLetters['discard'] =>
    (ids, cause) =>
      appendMark(client, group, { type, data: { ids: [...ids] } }, cause);

  return {
    ...{ list, count, replay },
    discard: mark('operations.MessagesDiscarded'),
    restore: mark('operations.MessagesRestored'),
    outcomeOf: async (commandId) => (await readMarks(client, group)).outcomes.get(commandId),
  };
};
