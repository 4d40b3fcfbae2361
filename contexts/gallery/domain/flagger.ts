import { reject, unreachable, type Decider, type Decision } from '@lego-moc/kernel/decider';
import { flagsADay, isReliable } from '@lego-moc/kernel/flagger-reliability';
import { after } from '@lego-moc/kernel/instant';
import type { Instant, Message } from '@lego-moc/kernel/message';
import type { FlaggerEvent } from './flagger-events.ts';
import type { ImageId } from './image-events.ts';

export type SpendFlag = Message<'SpendFlag', { imageId: ImageId; at: Instant }>;
export type JudgeFlag = Message<'JudgeFlag', { imageId: ImageId; upheld: boolean }>;
export type EraseFlagger = Message<'EraseFlagger', { at: Instant }>;
export type FlaggerCommand = SpendFlag | JudgeFlag | EraseFlagger;

export type FlaggerRejection = 'too-many-flags' | 'user-erased';

/** Someone who flags images. */
export type Flagger = {
  readonly erased: boolean;
  /** When each image was flagged. */
  readonly spent: Readonly<Record<ImageId, Instant>>;
  /** Whether moderators agreed, by image. */
  readonly judged: Readonly<Record<ImageId, boolean>>;
};

const DAY_MS = 24 * 3_600_000;

/** Whether their flag alone hides an image: moderators nearly always agreed. */
export const isTrusted = ({ judged }: Flagger): boolean => isReliable(judged);

const spend = ({ data: { imageId, at } }: SpendFlag, flagger: Flagger): Decision<FlaggerEvent, FlaggerRejection> => {
  if (flagger.erased) return reject('user-erased', 'This account was erased.');
  if (imageId in flagger.spent) return [];
  const dayAgo = after(at, -DAY_MS);
  const recent = Object.values(flagger.spent).filter((spentAt) => spentAt > dayAgo).length;
  const limit = flagsADay(flagger.judged);
  return recent < limit
    ? [{ type: 'FlagSpent', data: { imageId, spentAt: at } }]
    : reject('too-many-flags', `You may flag ${String(limit)} images a day. Try again tomorrow.`);
};

const decide = (command: FlaggerCommand, flagger: Flagger): Decision<FlaggerEvent, FlaggerRejection> => {
  switch (command.type) {
    case 'SpendFlag':
      return spend(command, flagger);
    case 'JudgeFlag': {
      const { imageId, upheld } = command.data;
      return flagger.erased || flagger.judged[imageId] === upheld ? [] : [{ type: 'FlagJudged', data: command.data }];
    }
    case 'EraseFlagger':
      return flagger.erased ? [] : [{ type: 'FlaggerErased', data: { erasedAt: command.data.at } }];
    default:
      return unreachable(command);
  }
};

const evolve = (flagger: Flagger, event: FlaggerEvent): Flagger => {
  switch (event.type) {
    case 'FlagSpent':
      return { ...flagger, spent: { ...flagger.spent, [event.data.imageId]: event.data.spentAt } };
    case 'FlagJudged':
      return { ...flagger, judged: { ...flagger.judged, [event.data.imageId]: event.data.upheld } };
    case 'FlaggerErased':
      return { ...flagger, erased: true };
    default:
      return unreachable(event);
  }
};

export const flaggerDecider: Decider<FlaggerCommand, Flagger, FlaggerEvent, FlaggerRejection> = {
  initial: { erased: false, spent: {}, judged: {} },
  decide,
  evolve,
};
