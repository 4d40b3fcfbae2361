import { acknowledge, expire, leave, parkedDurably, parkFailed, refuse } from './answers.ts';
import { consumerFrom, type ConsumerIdentity } from './consumer.ts';
import { dispatch } from './dispatch.ts';
import type { Effect, Group, Input } from './group.ts';
import { readOn, takeIn } from './reading.ts';
import { replayOn, requestReplay, takeInParked, truncateReplayed } from './replay.ts';

const join = (group: Group, identity: ConsumerIdentity, now: number): void => {
  const consumer = consumerFrom(identity, now);
  group.consumers.set(consumer.id, consumer);
  group.strategy.join(consumer);
};

const pause = (group: Group, id: string, isPaused: boolean): void => {
  const consumer = group.consumers.get(id);
  if (consumer !== undefined) consumer.paused = isPaused;
};

// eslint-disable-next-line complexity -- one case for each kind of input and nothing else
const take = (group: Group, input: Input, now: number, effects: Effect[]): void => {
  switch (input.on) {
    case 'joined':
      join(group, input.consumer, now);
      return;
    case 'left':
      leave(group, input.consumer, now, effects);
      return;
    case 'paused':
    case 'resumed':
      pause(group, input.consumer, input.on === 'paused');
      return;
    case 'committed':
      group.behind = true;
      return;
    case 'read':
      takeIn(group, input.page);
      return;
    case 'acked':
      acknowledge(group, input.ids, now);
      return;
    case 'nacked':
      refuse(group, input, now, effects);
      return;
    case 'parked':
      parkedDurably(group, input.id, now);
      return;
    case 'park-failed':
      parkFailed(group, input.id, now);
      return;
    case 'replay-requested':
      requestReplay(group, input, effects);
      return;
    case 'parked-read':
      takeInParked(group, input.page);
      return;
    case 'ticked':
      expire(group, now, effects);
      return;
  }
};

/** Writes how far the group has come: at once after many events, from time to time after a few. */
const writeCheckpoint = (group: Group, isTick: boolean, now: number, effects: Effect[]): void => {
  const { checkpoint, settings, progress } = group;
  const progressNow = progress.lastReached();
  const count = progressNow.sequence - checkpoint.sequence;
  const manyDone = count >= settings.maxCheckpointCount;
  const someDone = isTick && count >= settings.minCheckpointCount && now - checkpoint.at >= settings.checkpointAfterMs;
  if (count <= 0 || !(manyDone || someDone)) return;

  checkpoint.sequence = progressNow.sequence;
  checkpoint.at = now;
  checkpoint.position = progressNow.position;
  effects.push({ do: 'write-checkpoint', position: progressNow.position });
};

/**
 * One step of a consumer group: takes in what happened at `now` (milliseconds) and says what is to be done about it,
 * in order. Does nothing itself and reads no clock, so a group can be driven through any history in a test.
 */
export const step = (group: Group, input: Input, now: number): readonly Effect[] => {
  const effects: Effect[] = [];
  take(group, input, now, effects);

  dispatch(group, now, effects);
  const isTick = input.on === 'ticked';
  writeCheckpoint(group, isTick, now, effects);
  if (isTick || (group.parkedMessages.unresolved.size === 0 && group.replay === undefined))
    truncateReplayed(group, effects);
  readOn(group, effects);
  replayOn(group, effects);
  return effects;
};
