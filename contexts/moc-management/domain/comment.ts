import { isRejection, reject, unreachable, type Decider, type Decision } from '@lego-moc/kernel/decider';
import type { Instant, Message, UserId } from '@lego-moc/kernel/message';
import {
  evolveModeration,
  moderate,
  INITIAL_MODERATION,
  type ModerationCommand,
  type ModerationRejection,
} from '@lego-moc/kernel/moderation';
import type { CommentEvent, CommentFlagReason, CommentId, CommentModerationEvent } from './comment-events.ts';
import { isModerationEvent, toCommentEvent, toItemEvent, type CommentModeration } from './comment-moderation.ts';
import type { MocId } from './moc-id.ts';

export type WriteComment = Message<
  'WriteComment',
  { commentId: CommentId; mocId: MocId; by: UserId; text: string; at: Instant }
>;
export type EditComment = Message<'EditComment', { commentId: CommentId; by: UserId; text: string; at: Instant }>;
export type DeleteComment = Message<'DeleteComment', { commentId: CommentId; by: UserId; at: Instant }>;
/** Deletes it with its MOC. */
export type DropComment = Message<'DropComment', { commentId: CommentId; at: Instant }>;
export type ForgetAuthor = Message<'ForgetAuthor', { commentId: CommentId; author: UserId }>;
/** A step of moderation; the kernel has the rules. */
export type ModerateComment = Message<
  'ModerateComment',
  { commentId: CommentId; step: ModerationCommand<CommentFlagReason> }
>;
export type CommentCommand = WriteComment | EditComment | DeleteComment | DropComment | ForgetAuthor | ModerateComment;

export type CommentRejection =
  'comment-not-found' | 'comment-deleted' | 'comment-hidden' | 'not-the-author' | ModerationRejection;

/** A comment that was not deleted. */
export type WrittenComment = {
  readonly status: 'written';
  readonly mocId: MocId;
  /** Null once the account was erased. */
  readonly author: UserId | null;
  readonly text: string;
  readonly writtenAt: Instant;
  readonly editedAt: Instant | null;
  readonly moderation: CommentModeration;
};

export type Comment =
  | { readonly status: 'absent' }
  | { readonly status: 'deleted'; readonly mocId: MocId; readonly author: UserId | null }
  | WrittenComment;

type CommentDecision = Decision<CommentEvent, CommentRejection>;

const notFound = reject('comment-not-found', 'There is no such comment.');
const deletedComment = reject('comment-deleted', 'The comment was deleted.');
const notTheAuthor = reject('not-the-author', 'Only its author may change a comment.');
const hiddenComment = reject(
  'comment-hidden',
  'A hidden comment cannot be edited. Appeal against the decision instead.',
);

/** Whether somebody who sees its MOC sees the comment. */
export const isVisibleTo = (
  reader: UserId,
  { author, moderation }: Pick<WrittenComment, 'author' | 'moderation'>,
): boolean => author === reader || !moderation.hidden;

const write = ({ data: { commentId, mocId, by, text, at } }: WriteComment, comment: Comment): CommentDecision => {
  switch (comment.status) {
    case 'absent':
      return [{ type: 'CommentWritten', data: { commentId, mocId, author: by, text, writtenAt: at } }];
    case 'written':
      return comment.author === by ? [] : notFound;
    case 'deleted':
      return deletedComment;
    default:
      return unreachable(comment);
  }
};

/** The comment, if this user may change it. To those who cannot see it, it does not exist. */
const writtenBy = (by: UserId, comment: Comment) => {
  if (comment.status === 'absent') return notFound;
  if (comment.status === 'deleted') return comment.author === by ? deletedComment : notFound;
  if (comment.author === by) return comment;
  return isVisibleTo(by, comment) ? notTheAuthor : notFound;
};

const edit = ({ data: { commentId, by, text, at } }: EditComment, comment: Comment): CommentDecision => {
  const ownComment = writtenBy(by, comment);
  if (isRejection(ownComment)) return ownComment;
  if (ownComment.moderation.hidden) return hiddenComment;
  return ownComment.text === text ? [] : [{ type: 'CommentEdited', data: { commentId, text, editedAt: at } }];
};

const remove = ({ data: { commentId, by, at } }: DeleteComment, comment: Comment): CommentDecision => {
  if (comment.status === 'deleted' && comment.author === by) return [];
  const ownComment = writtenBy(by, comment);
  return isRejection(ownComment) ? ownComment : [{ type: 'CommentDeleted', data: { commentId, deletedAt: at } }];
};

const decideModeration = ({ data: { commentId, step } }: ModerateComment, comment: Comment): CommentDecision => {
  if (comment.status !== 'written') return notFound;
  if (step.type === 'AppealDecision') {
    const ownComment = writtenBy(step.data.by, comment);
    if (isRejection(ownComment)) return ownComment;
  }
  const decision = moderate(step, comment.moderation);
  return isRejection<ModerationRejection>(decision)
    ? decision
    : decision.map((event) => toCommentEvent(commentId, event));
};

const decide = (command: CommentCommand, comment: Comment): CommentDecision => {
  switch (command.type) {
    case 'WriteComment':
      return write(command, comment);
    case 'EditComment':
      return edit(command, comment);
    case 'DeleteComment':
      return remove(command, comment);
    case 'DropComment': {
      const { commentId, at } = command.data;
      return comment.status === 'written' ? [{ type: 'CommentDeleted', data: { commentId, deletedAt: at } }] : [];
    }
    case 'ForgetAuthor': {
      const { commentId, author } = command.data;
      const isAuthor = comment.status !== 'absent' && comment.author === author;
      return isAuthor ? [{ type: 'CommentAuthorForgotten', data: { commentId } }] : [];
    }
    case 'ModerateComment':
      return decideModeration(command, comment);
    default:
      return unreachable(command);
  }
};

const moderateWritten = (comment: Comment, event: CommentModerationEvent): Comment =>
  comment.status === 'written'
    ? { ...comment, moderation: evolveModeration(comment.moderation, toItemEvent(event)) }
    : comment;

const evolve = (comment: Comment, event: CommentEvent): Comment => {
  if (isModerationEvent(event)) return moderateWritten(comment, event);
  if (event.type === 'CommentWritten') {
    const { mocId, author, text, writtenAt } = event.data;
    return { status: 'written', mocId, author, text, writtenAt, editedAt: null, moderation: INITIAL_MODERATION };
  }
  if (comment.status === 'absent') return comment;
  switch (event.type) {
    case 'CommentEdited': {
      const { text, editedAt } = event.data;
      return comment.status === 'written' ? { ...comment, text, editedAt } : comment;
    }
    case 'CommentDeleted':
      return { status: 'deleted', mocId: comment.mocId, author: comment.author };
    case 'CommentAuthorForgotten':
      return { ...comment, author: null };
    default:
      return unreachable(event);
  }
};

/** One comment on a MOC. Whether somebody sees the MOC is not decided here. */
export const commentDecider: Decider<CommentCommand, Comment, CommentEvent, CommentRejection> = {
  initial: { status: 'absent' },
  decide,
  evolve,
};
