import type { Clock } from '@lego-moc/application/clock';
import type { HandleCommand, Outcome } from '@lego-moc/application/command-handler';
import type { Cause, EventStreams, RecordedEvent, Revision } from '@lego-moc/application/event-streams';
import { foldedStates } from '@lego-moc/application/folded-states';
import type { FoldedState } from '@lego-moc/application/state-cache';
import { isRejection } from '@lego-moc/kernel/decider';
import { isReliable } from '@lego-moc/kernel/flagger-reliability';
import { derivedId } from '@lego-moc/kernel/ids';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { ModerationCommand } from '@lego-moc/kernel/moderation';
import type { CommentEvent, CommentFlagReason, CommentId } from '../domain/comment-events.ts';
import { commentDecider, type Comment, type CommentCommand, type CommentRejection } from '../domain/comment.ts';
import {
  commenterDecider,
  type CommenterCommand,
  type CommenterEvent,
  type CommenterRejection,
} from '../domain/commenter.ts';
import type { MocId } from '../domain/moc-id.ts';

type CommentOutcome = Outcome<CommentRejection | CommenterRejection>;

export type NewComment = { readonly mocId: MocId; readonly by: UserId; readonly text: string };
export type NewFlag = { readonly by: UserId; readonly reason: CommentFlagReason; readonly words: string };

/** Comments on MOCs. Whether somebody sees the MOC is for the caller to say. */
export type Comments = {
  readonly latest: (commentId: CommentId) => Promise<FoldedState<Comment>>;
  /** Writes a comment within the author's limits; its id follows from the cause. Idempotent. */
  readonly write: (
    comment: NewComment,
    cause: Cause,
  ) => Promise<CommentId | Exclude<CommentOutcome, { revision: Revision }>>;
  readonly change: (command: CommentCommand, cause: Cause, expected?: bigint) => Promise<CommentOutcome>;
  /** Flags a comment, once per user, within the user's limit. */
  readonly flag: (commentId: CommentId, flag: NewFlag, cause: Cause) => Promise<CommentOutcome>;
  readonly moderate: (
    commentId: CommentId,
    step: ModerationCommand<CommentFlagReason>,
    cause: Cause,
  ) => Promise<CommentOutcome>;
  /** Records with those who flagged a comment whether a moderator agreed; reacts to decisions and reversals. */
  readonly judge: (event: CommentEvent, cause: Cause) => Promise<void>;
  /** The comments that a user wrote, and those that they flagged; perhaps some that they only began to. */
  readonly idsOf: (user: UserId) => Promise<{ ownIds: readonly CommentId[]; flaggedIds: readonly CommentId[] }>;
  /** Everything that was recorded of a comment, the oldest first. */
  readonly events: (commentId: CommentId) => AsyncIterable<RecordedEvent<CommentEvent>>;
  /** Takes the name of an erased user from what they wrote, and name and words from their flags. Idempotent. */
  readonly forget: (user: UserId, erasedAt: Instant, cause: Cause) => Promise<void>;
};

type Dependencies = {
  readonly comments: EventStreams<CommentEvent>;
  readonly commenters: EventStreams<CommenterEvent>;
  /** How many flags hide a comment until a moderator has decided. */
  readonly hidesAt: number;
  readonly now: Clock;
};

/** The id of a commenter's stream; the user id cannot be read from it. */
const commenterId = (user: UserId): string => derivedId('commenter', user);

const verdictOf = (event: CommentEvent): boolean | undefined => {
  if (event.type === 'CommentDecisionReversed') return false;
  return event.type === 'CommentReviewDecided' ? event.data.decision !== 'dismiss' : undefined;
};

const step = (cause: Cause, ...names: readonly string[]): Cause => ({
  ...cause,
  commandId: derivedId(cause.commandId, ...names),
});

const judgeFlags =
  (latest: Comments['latest'], handle: HandleCommand<CommenterCommand, CommenterRejection>): Comments['judge'] =>
  async (event, cause) => {
    const upheld = verdictOf(event);
    if (upheld === undefined) return;
    const { commentId } = event.data;
    const { state } = await latest(commentId);
    if (state.status !== 'written') return;
    for (const { flagger } of state.moderation.flags) {
      if (flagger === null) continue;
      const id = commenterId(flagger);
      await handle(id, { type: 'JudgeCommentFlag', data: { commentId, upheld } }, step(cause, 'judge', id));
    }
  };

export const commentsOn = ({
  comments: streams,
  commenters: commenterStreams,
  hidesAt,
  now,
}: Dependencies): Comments => {
  const comments = foldedStates(commentDecider, streams);
  const commenters = foldedStates(commenterDecider, commenterStreams);

  const change: Comments['change'] = (command, cause, expected) =>
    comments.handle(command.data.commentId, command, cause, expected);
  const moderate: Comments['moderate'] = (commentId, moderation, cause) =>
    change({ type: 'ModerateComment', data: { commentId, step: moderation } }, cause);
  const forgetAuthor = (commentId: CommentId, author: UserId, cause: Cause) =>
    change({ type: 'ForgetAuthor', data: { commentId, author } }, step(cause, 'forget', commentId));
  const idsOf: Comments['idsOf'] = async (user) => {
    const { state } = await commenters.latest(commenterId(user));
    return { ownIds: Object.keys(state.comments) as CommentId[], flaggedIds: Object.keys(state.flags) as CommentId[] };
  };

  return {
    latest: comments.latest,
    change,
    moderate,

    write: async ({ mocId, by, text }, cause) => {
      const commentId = derivedId('comment', cause.commandId) as CommentId;
      const id = commenterId(by);
      const begin = { type: 'BeginComment', data: { commentId, at: now() } } as const;
      const beginOutcome = await commenters.handle(id, begin, step(cause, 'begin'));
      if (isRejection<CommenterRejection>(beginOutcome)) return beginOutcome;
      const command = { type: 'WriteComment', data: { commentId, mocId, by, text, at: now() } } as const;
      const outcome = await change(command, cause);
      if (isRejection(outcome)) return outcome;
      // An erasure that came between has not seen the comment.
      if ((await commenters.latest(id)).state.erased) await forgetAuthor(commentId, by, cause);
      return commentId;
    },

    flag: async (commentId, { by, reason, words }, cause) => {
      const at = now();
      const id = commenterId(by);
      const spend = { type: 'SpendCommentFlag', data: { commentId, at } } as const;
      const spendOutcome = await commenters.handle(id, spend, step(cause, 'spend'));
      if (isRejection<CommenterRejection>(spendOutcome)) return spendOutcome;
      const isTrusted = isReliable((await commenters.latest(id)).state.judged);
      return moderate(commentId, { type: 'Flag', data: { by, reason, words, trusted: isTrusted, hidesAt, at } }, cause);
    },

    judge: judgeFlags(comments.latest, commenters.handle),

    idsOf,
    events: (commentId) => streams.readEvents(commentId),

    forget: async (user, erasedAt, cause) => {
      const erase = { type: 'EraseCommenter', data: { at: erasedAt } } as const;
      await commenters.handle(commenterId(user), erase, step(cause, 'commenter'));
      const { ownIds, flaggedIds } = await idsOf(user);
      for (const commentId of ownIds) await forgetAuthor(commentId, user, cause);
      for (const commentId of flaggedIds)
        await moderate(commentId, { type: 'ForgetFlagger', data: { flagger: user } }, step(cause, commentId));
    },
  };
};
