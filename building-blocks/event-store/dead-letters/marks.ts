import { jsonEvent } from '@eventstore/db-client';
import type { Cause } from '@lego-moc/application/event-streams';
import { derivedId } from '@lego-moc/kernel/ids';
import type { Instant, JsonObject } from '@lego-moc/kernel/message';
import { z } from 'zod';
import { appendEvents } from '../append-events.ts';
import type { EventStoreClient } from '../connect.ts';
import { toMetadata } from '../delivered-event.ts';
import { readStreamEvents } from '../read-stream.ts';

/** The store numbers parked messages for each source of a group; what became of them is noted here. */
const streamOf = (group: string): string => `deadLetters-${group}`;

const ids = z.array(z.string());
const failure = z.object({ id: z.string(), link: z.string(), reason: z.string(), frame: z.string().nullable() });
const settlement = z.object({ id: z.string(), link: z.string() });

const schemas = {
  'operations.MessagesReplayed': z.object({ settled: z.array(settlement), failed: z.array(failure) }),
  'operations.MessagesDiscarded': z.object({ ids }),
  'operations.MessagesRestored': z.object({ ids }),
} as const;

type MarkType = keyof typeof schemas;
type MarkData<Type extends MarkType> = z.infer<(typeof schemas)[Type]>;

/** What operators did with the parked messages of a group. */
export type Marks = {
  /** Ids of messages that were handled in a replay. */
  readonly settledIds: ReadonlySet<string>;
  /** When messages were discarded that have not been restored. */
  readonly discards: ReadonlyMap<string, Instant>;
  /** How often each event was replayed, by its link. */
  readonly replays: ReadonlyMap<string, number>;
  /** Why messages failed in their last replay. */
  readonly failures: ReadonlyMap<string, z.infer<typeof failure>>;
  /** How many messages each command concerned. */
  readonly outcomes: ReadonlyMap<string, { readonly count: number; readonly failed: number }>;
};

const emptyMarks = () => ({
  settledIds: new Set<string>(),
  discards: new Map<string, Instant>(),
  replays: new Map<string, number>(),
  failures: new Map<string, z.infer<typeof failure>>(),
  outcomes: new Map<string, { readonly count: number; readonly failed: number }>(),
});
type MutableMarks = ReturnType<typeof emptyMarks>;

const noteReplay = (
  { settledIds, replays, failures }: MutableMarks,
  data: MarkData<'operations.MessagesReplayed'>,
): void => {
  for (const { link } of [...data.settled, ...data.failed]) replays.set(link, (replays.get(link) ?? 0) + 1);
  for (const { id } of data.settled) settledIds.add(id);
  for (const item of data.failed) failures.set(item.id, item);
};

/** Reads the marks of a group. Throws `EventStoreUnavailable`. */
export const readMarks = async (client: EventStoreClient, group: string): Promise<Marks> => {
  const marks = emptyMarks();
  const note = (commandId: string, count: number, failureCount = 0): void => {
    const before = marks.outcomes.get(commandId) ?? { count: 0, failed: 0 };
    marks.outcomes.set(commandId, { count: before.count + count, failed: before.failed + failureCount });
  };
  for await (const { type, data, recordedAt, cause } of readStreamEvents(client, streamOf(group))) {
    if (type === 'operations.MessagesReplayed') {
      const replay = schemas[type].parse(data);
      noteReplay(marks, replay);
      note(cause.commandId, replay.settled.length, replay.failed.length);
    } else if (type === 'operations.MessagesDiscarded') {
      const discard = schemas[type].parse(data);
      for (const id of discard.ids) marks.discards.set(id, recordedAt);
      note(cause.commandId, discard.ids.length);
    } else if (type === 'operations.MessagesRestored') {
      const restoration = schemas[type].parse(data);
      for (const id of restoration.ids) marks.discards.delete(id);
      note(cause.commandId, restoration.ids.length);
    }
  }
  return marks;
};

/** Appends a mark; one that is repeated, part by part, is stored once. Throws `EventStoreUnavailable`. */
export const appendMark = async <Type extends MarkType>(
  client: EventStoreClient,
  group: string,
  mark: { readonly type: Type; readonly data: MarkData<Type> & JsonObject; readonly part?: number },
  cause: Cause,
): Promise<void> => {
  const { type, data, part = 0 } = mark;
  const id = derivedId('dead-letters', group, cause.commandId, type, String(part));
  await appendEvents(client, streamOf(group), [jsonEvent({ id, type, data, metadata: toMetadata(cause) })], 'any');
};
