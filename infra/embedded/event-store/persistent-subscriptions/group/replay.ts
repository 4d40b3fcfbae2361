import type { Effect, Group, Page } from './group.ts';
import { messageFrom } from './message.ts';

/**
 * Replays what is parked before `stopAt`, or all of it. A `stopAt` before what was replayed already moves the mark
 * back, so that those messages count as parked again: so EventStoreDB does.
 */
export const requestReplay = (
  group: Group,
  { stopAt, last }: { readonly stopAt: bigint | undefined; readonly last: bigint },
  effects: Effect[],
): void => {
  if (group.replay !== undefined || last < 0n) return;
  const before = stopAt === undefined || stopAt > last + 1n ? last + 1n : stopAt;
  const { parkedMessages } = group;

  if (before > parkedMessages.floor) {
    group.replay = { next: parkedMessages.floor, before, isReading: false };
  } else if (before < parkedMessages.floor) {
    parkedMessages.floor = before;
    parkedMessages.truncated = before;
    effects.push({ do: 'truncate-parked', before });
  }
};

/** Takes in only as many parked messages as a history buffer would: there may be very many. */
export const replayOn = ({ replay, retries, settings }: Group, effects: Effect[]): void => {
  if (replay === undefined || replay.isReading || retries.length >= settings.historyBufferSize) return;
  replay.isReading = true;
  effects.push({ do: 'read-parked', from: replay.next, before: replay.before, max: settings.readBatchSize });
};

export const takeInParked = (group: Group, { entries, upTo, end }: Page): void => {
  const { replay, parkedMessages } = group;
  if (replay === undefined) return;
  replay.isReading = false;
  for (const entry of entries) {
    group.retries.push(messageFrom(entry, 'parked', 0));
    parkedMessages.unresolved.add(entry.position);
  }
  const isFinished = end || upTo + 1n >= replay.before;
  replay.next = isFinished ? replay.before : upTo + 1n;
  parkedMessages.floor = replay.next;
  if (isFinished) group.replay = undefined;
};

/**
 * Truncates the parked stream up to the first replayed message that is not done with: one that is still on its way
 * when the node dies is parked again afterwards, not lost.
 */
export const truncateReplayed = (group: Group, effects: Effect[]): void => {
  const { parkedMessages } = group;
  if (parkedMessages.truncated >= parkedMessages.floor) return;
  const before = [...parkedMessages.unresolved].reduce(
    (lowest, position) => (position < lowest ? position : lowest),
    parkedMessages.floor,
  );
  if (before <= parkedMessages.truncated) return;
  parkedMessages.truncated = before;
  effects.push({ do: 'truncate-parked', before });
};
