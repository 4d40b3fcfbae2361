import type { Clock } from '@lego-moc/application/clock';
import type { Outcome } from '@lego-moc/application/command-handler';
import type { Cause, EventStreams } from '@lego-moc/application/event-streams';
import { foldedStates } from '@lego-moc/application/folded-states';
import { isRejection } from '@lego-moc/kernel/decider';
import { derivedId } from '@lego-moc/kernel/ids';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { FlaggerEvent } from '../domain/flagger-events.ts';
import { flaggerDecider, isTrusted, type FlaggerRejection } from '../domain/flagger.ts';
import type { FlagReason, ImageEvent, ImageId } from '../domain/image-events.ts';
import type { ImageRejection } from '../domain/image.ts';
import type { ImageStates } from './states.ts';

export type NewFlag = {
  readonly imageId: ImageId;
  readonly by: UserId;
  readonly reason: FlagReason;
  readonly words: string;
};

export type Flagging = {
  /** Flags an image, once per user, within the user's limit. */
  readonly flag: (flag: NewFlag, cause: Cause) => Promise<Outcome<ImageRejection | FlaggerRejection>>;
  /** Records with those who flagged an image whether a moderator agreed; reacts to decisions and reversals. */
  readonly judge: (imageId: ImageId, event: ImageEvent, cause: Cause) => Promise<void>;
  /** The images that a user has flagged. */
  readonly flaggedBy: (flagger: UserId) => Promise<readonly ImageId[]>;
  /** Takes name and words of an erased user from the flags that they placed. */
  readonly forget: (flagger: UserId, erasedAt: Instant, cause: Cause) => Promise<void>;
};

type Dependencies = {
  readonly images: Pick<ImageStates, 'handle' | 'latest'>;
  readonly flaggers: EventStreams<FlaggerEvent>;
  /** How many flags hide an image until a moderator has decided. */
  readonly hidesAt: number;
  readonly now: Clock;
};

/** The id of a flagger's stream; the user id cannot be read from it. */
const flaggerId = (flagger: UserId): string => derivedId('flagger', flagger);

const verdictOf = (event: ImageEvent): boolean | undefined => {
  if (event.type === 'DecisionReversed') return false;
  return event.type === 'ReviewDecided' ? event.data.decision !== 'dismiss' : undefined;
};

export const flagImages = ({ images, flaggers, hidesAt, now }: Dependencies): Flagging => {
  const { handle, latest } = foldedStates(flaggerDecider, flaggers);
  const step = (cause: Cause, ...names: readonly string[]): Cause => ({
    ...cause,
    commandId: derivedId(cause.commandId, ...names),
  });

  return {
    flag: async ({ imageId, by, reason, words }, cause) => {
      const at = now();
      const { state } = await images.latest(imageId);
      const isFlaggable = state.status === 'stored' && (state.owner === by || state.visibility !== 'private');
      if (isFlaggable) {
        const outcome = await handle(flaggerId(by), { type: 'SpendFlag', data: { imageId, at } }, step(cause, 'spend'));
        if (isRejection<FlaggerRejection>(outcome)) return outcome;
      }
      const isTrustedFlagger = isTrusted((await latest(flaggerId(by))).state);
      const data = { imageId, by, reason, words, trusted: isTrustedFlagger, hidesAt, at };
      return images.handle(imageId, { type: 'FlagImage', data }, cause);
    },

    judge: async (imageId, event, cause) => {
      const upheld = verdictOf(event);
      const { state } = await images.latest(imageId);
      if (upheld === undefined || state.status !== 'stored') return;
      for (const { flagger } of state.moderation.flags) {
        if (flagger === null) continue;
        const id = flaggerId(flagger);
        await handle(id, { type: 'JudgeFlag', data: { imageId, upheld } }, step(cause, 'judge', id));
      }
    },

    flaggedBy: async (flagger) => Object.keys((await latest(flaggerId(flagger))).state.spent) as ImageId[],

    forget: async (flagger, erasedAt, cause) => {
      const id = flaggerId(flagger);
      await handle(id, { type: 'EraseFlagger', data: { at: erasedAt } }, step(cause, 'flagger'));
      for (const imageId of Object.keys((await latest(id)).state.spent) as ImageId[])
        await images.handle(imageId, { type: 'ForgetFlagger', data: { imageId, flagger } }, step(cause, imageId));
    },
  };
};
