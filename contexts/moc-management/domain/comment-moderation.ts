import type { Message } from '@lego-moc/kernel/message';
import type { Moderation, ModerationEvent } from '@lego-moc/kernel/moderation';
import type { CommentFlagReason, CommentId, CommentModerationEvent } from './comment-events.ts';

export type CommentModeration = Moderation<CommentFlagReason>;

type ItemEvent = ModerationEvent<CommentFlagReason>;

/** The stored names of what happens to any item that is moderated. */
const STORED_NAME = {
  Flagged: 'CommentFlagged',
  Hidden: 'CommentHidden',
  ReviewClaimed: 'CommentReviewClaimed',
  ReviewDecided: 'CommentReviewDecided',
  DecisionAppealed: 'CommentDecisionAppealed',
  DecisionReversed: 'CommentDecisionReversed',
  FlaggerForgotten: 'CommentFlaggerForgotten',
} as const satisfies Record<ItemEvent['type'], CommentModerationEvent['type']>;

const ITEM_NAME = Object.fromEntries(Object.entries(STORED_NAME).map(([name, storedName]) => [storedName, name]));

export const isModerationEvent = (event: Message): event is CommentModerationEvent =>
  Object.hasOwn(ITEM_NAME, event.type);

export const toCommentEvent = (commentId: CommentId, event: ItemEvent): CommentModerationEvent =>
  ({ type: STORED_NAME[event.type], data: { commentId, ...event.data } }) as CommentModerationEvent;

export const toItemEvent = ({ type, data }: CommentModerationEvent): ItemEvent =>
  ({ type: ITEM_NAME[type], data }) as ItemEvent;
