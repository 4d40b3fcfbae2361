import { reject, unreachable, type Decider, type Decision } from '@lego-moc/kernel/decider';
import { flagsADay } from '@lego-moc/kernel/flagger-reliability';
import { after } from '@lego-moc/kernel/instant';
import type { Instant, Message } from '@lego-moc/kernel/message';
import type { CommentId } from './comment-events.ts';

/** Counts a comment against the limits before it is written. */
export type BeginComment = Message<'BeginComment', { commentId: CommentId; at: Instant }>;
/** Counts a flag against the limit before it is placed. */
export type SpendCommentFlag = Message<'SpendCommentFlag', { commentId: CommentId; at: Instant }>;
export type JudgeCommentFlag = Message<'JudgeCommentFlag', { commentId: CommentId; upheld: boolean }>;
export type EraseCommenter = Message<'EraseCommenter', { at: Instant }>;
export type CommenterCommand = BeginComment | SpendCommentFlag | JudgeCommentFlag | EraseCommenter;

/** A user is about to comment. Perhaps they never did. */
export type CommentBegun = Message<'CommentBegun', { commentId: CommentId; begunAt: Instant }>;
/** A user is about to flag a comment. Perhaps they never did. */
export type CommentFlagSpent = Message<'CommentFlagSpent', { commentId: CommentId; spentAt: Instant }>;
/** A moderator agreed with their flag, or no longer does. */
export type CommentFlagJudged = Message<'CommentFlagJudged', { commentId: CommentId; upheld: boolean }>;
/** Their account was erased. They write nothing again. */
export type CommenterErased = Message<'CommenterErased', { erasedAt: Instant }>;
export type CommenterEvent = CommentBegun | CommentFlagSpent | CommentFlagJudged | CommenterErased;

export type CommenterRejection = 'too-many-comments' | 'comment-limit-reached' | 'too-many-flags' | 'user-erased';

/** More in an hour is no conversation. */
export const COMMENTS_AN_HOUR = 30;
/** Of one user at all; few enough to be read at once. */
export const COMMENTS_MAX = 2_000;

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

type Times = Readonly<Record<CommentId, Instant>>;

/** Somebody who comments on MOCs, and flags comments. */
export type Commenter = {
  readonly erased: boolean;
  readonly comments: Times;
  readonly flags: Times;
  /** Whether moderators agreed with each flag. */
  readonly judged: Readonly<Record<CommentId, boolean>>;
};

type CommenterDecision = Decision<CommenterEvent, CommenterRejection>;

const erasedUser = reject('user-erased', 'This account was erased.');

const countSince = (times: Times, since: Instant): number => Object.values(times).filter((at) => at > since).length;

const begin = ({ data: { commentId, at } }: BeginComment, { erased, comments }: Commenter): CommenterDecision => {
  if (erased) return erasedUser;
  if (Object.hasOwn(comments, commentId)) return [];
  if (Object.keys(comments).length >= COMMENTS_MAX)
    return reject('comment-limit-reached', `You may write ${String(COMMENTS_MAX)} comments at most.`);
  return countSince(comments, after(at, -HOUR_MS)) < COMMENTS_AN_HOUR
    ? [{ type: 'CommentBegun', data: { commentId, begunAt: at } }]
    : reject('too-many-comments', `You may write ${String(COMMENTS_AN_HOUR)} comments an hour. Try again later.`);
};

const spend = ({ data: { commentId, at } }: SpendCommentFlag, commenter: Commenter): CommenterDecision => {
  if (commenter.erased) return erasedUser;
  if (Object.hasOwn(commenter.flags, commentId)) return [];
  const limit = flagsADay(commenter.judged);
  return countSince(commenter.flags, after(at, -DAY_MS)) < limit
    ? [{ type: 'CommentFlagSpent', data: { commentId, spentAt: at } }]
    : reject('too-many-flags', `You may flag ${String(limit)} comments a day. Try again tomorrow.`);
};

const decide = (command: CommenterCommand, commenter: Commenter): CommenterDecision => {
  switch (command.type) {
    case 'BeginComment':
      return begin(command, commenter);
    case 'SpendCommentFlag':
      return spend(command, commenter);
    case 'JudgeCommentFlag': {
      const { commentId, upheld } = command.data;
      const isKnown = commenter.erased || commenter.judged[commentId] === upheld;
      return isKnown ? [] : [{ type: 'CommentFlagJudged', data: { commentId, upheld } }];
    }
    case 'EraseCommenter':
      return commenter.erased ? [] : [{ type: 'CommenterErased', data: { erasedAt: command.data.at } }];
    default:
      return unreachable(command);
  }
};

const evolve = (commenter: Commenter, event: CommenterEvent): Commenter => {
  switch (event.type) {
    case 'CommentBegun':
      return { ...commenter, comments: { ...commenter.comments, [event.data.commentId]: event.data.begunAt } };
    case 'CommentFlagSpent':
      return { ...commenter, flags: { ...commenter.flags, [event.data.commentId]: event.data.spentAt } };
    case 'CommentFlagJudged':
      return { ...commenter, judged: { ...commenter.judged, [event.data.commentId]: event.data.upheld } };
    case 'CommenterErased':
      return { ...commenter, erased: true };
    default:
      return unreachable(event);
  }
};

/** One stream for what a user writes about MOCs of others: limits and erasure are decided where the comments are named. */
export const commenterDecider: Decider<CommenterCommand, Commenter, CommenterEvent, CommenterRejection> = {
  initial: { erased: false, comments: {}, flags: {}, judged: {} },
  decide,
  evolve,
};
