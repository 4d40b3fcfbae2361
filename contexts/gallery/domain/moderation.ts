import { isRejection, type Decision } from '@lego-moc/kernel/decider';
import type { Instant, Message, UserId } from '@lego-moc/kernel/message';
import {
  evolveModeration as evolveItem,
  moderate as moderateItem,
  type AppealDecision as AppealItemDecision,
  type ClaimReview as ClaimItemReview,
  type DecideReview as DecideItemReview,
  type ForgetFlagger as ForgetItemFlagger,
  type Moderation as ItemModeration,
  type ModerationCommand as ItemCommand,
  type ModerationEvent as ItemEvent,
  type ModerationRejection,
  type ReverseDecision as ReverseItemDecision,
} from '@lego-moc/kernel/moderation';
import type { FlagReason, ImageId, ModerationEvent } from './image-events.ts';

export { INITIAL_MODERATION, type ModerationRejection } from '@lego-moc/kernel/moderation';

type OfImage<Command extends Message> = Message<Command['type'], Command['data'] & { imageId: ImageId }>;

/** `hidesAt`: how many flags hide an image until a moderator has decided. */
export type FlagImage = Message<
  'FlagImage',
  { imageId: ImageId; by: UserId; reason: FlagReason; words: string; trusted: boolean; hidesAt: number; at: Instant }
>;
export type ClaimReview = OfImage<ClaimItemReview>;
export type DecideReview = OfImage<DecideItemReview>;
export type AppealDecision = OfImage<AppealItemDecision>;
/** Grants an appeal. */
export type ReverseDecision = OfImage<ReverseItemDecision>;
export type ForgetFlagger = OfImage<ForgetItemFlagger>;
export type ModerationCommand =
  FlagImage | ClaimReview | DecideReview | AppealDecision | ReverseDecision | ForgetFlagger;

export type Moderation = ItemModeration<FlagReason>;

const COMMANDS: Record<ModerationCommand['type'], true> = {
  ...{ FlagImage: true, ClaimReview: true, DecideReview: true },
  ...{ AppealDecision: true, ReverseDecision: true, ForgetFlagger: true },
};

const EVENTS: Record<ModerationEvent['type'], true> = {
  ...{ ImageFlagged: true, ImageHidden: true, ReviewClaimed: true, ReviewDecided: true },
  ...{ DecisionAppealed: true, DecisionReversed: true, FlaggerForgotten: true },
};

export const isModerationCommand = (command: Message): command is ModerationCommand =>
  Object.hasOwn(COMMANDS, command.type);

export const isModerationEvent = (event: Message): event is ModerationEvent => Object.hasOwn(EVENTS, event.type);

const toItemCommand = (command: ModerationCommand): ItemCommand<FlagReason> =>
  command.type === 'FlagImage' ? { type: 'Flag', data: command.data } : command;

const toImageEvent = (imageId: ImageId, event: ItemEvent<FlagReason>): ModerationEvent => {
  switch (event.type) {
    case 'Flagged':
      return { type: 'ImageFlagged', data: { imageId, ...event.data } };
    case 'Hidden':
      return { type: 'ImageHidden', data: { imageId, ...event.data } };
    default:
      return { type: event.type, data: { imageId, ...event.data } } as ModerationEvent;
  }
};

const toItemEvent = (event: ModerationEvent): ItemEvent<FlagReason> => {
  switch (event.type) {
    case 'ImageFlagged':
      return { type: 'Flagged', data: event.data };
    case 'ImageHidden':
      return { type: 'Hidden', data: event.data };
    default:
      return event;
  }
};

/** Decides what follows for an image of the gallery. Who may appeal is not decided here. */
export const moderate = (
  command: ModerationCommand,
  moderation: Moderation,
): Decision<ModerationEvent, ModerationRejection> => {
  const decision = moderateItem(toItemCommand(command), moderation);
  return isRejection<ModerationRejection>(decision)
    ? decision
    : decision.map((event) => toImageEvent(command.data.imageId, event));
};

/** The moderation of an image after one more event. */
export const evolveModeration = (moderation: Moderation, event: ModerationEvent): Moderation =>
  evolveItem(moderation, toItemEvent(event));
