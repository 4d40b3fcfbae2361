import { Router } from 'express';
import { entityId, reactionTo } from '@lego-moc/event-store/delivered-event';
import { derivedId } from '@lego-moc/kernel/ids';
import { msBetween } from '@lego-moc/kernel/instant';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { newId } from '@lego-moc/application/new-id';
import { PROFILE_EVENTS, profilePayload } from '@lego-moc/profile/contracts/integration-events';
import { metrics } from '@lego-moc/service/resources/core';
import type { Scope } from '@lego-moc/service/scope';
import { commentCodec, commenterCodec } from './adapters/event-store/comment-codecs.ts';
import { commentReviewRoutes, requireCommentModerator } from './adapters/http/comment-reviews.route.ts';
import { commentRoutes } from './adapters/http/comments.route.ts';
import { commentReader } from './adapters/read-models/comment-reader.ts';
import { commentModerationLog } from './adapters/read-models/comment-moderation-log.ts';
import { mocComments } from './adapters/read-models/moc-comments.ts';
import { commentsOn, type Comments } from './application/comments.ts';
import type { CommentReader } from './application/ports/comment-reader.ts';
import type { VersionReading } from './application/version-reading.ts';
import type { MocId } from './domain/moc-id.ts';
import type { Moc } from './domain/moc.ts';
import { commentDecider } from './domain/comment.ts';
import { commenterDecider } from './domain/commenter.ts';

/** How often comments of deleted MOCs are looked for: nobody sees them meanwhile. */
const SWEEP_EVERY_MS = 60_000;
const SWEPT_AT_ONCE = 200;

const followDecisions = (it: Scope, comments: Comments): void => {
  const decisions = {
    eventTypes: ['moc-management.CommentReviewDecided', 'moc-management.CommentDecisionReversed'],
  };
  it.on('moc-management-comment-flaggers', decisions, async (deliveredEvent) => {
    const event = commentCodec.decode(deliveredEvent.type, deliveredEvent.data);
    const commandId = derivedId('judge', entityId(deliveredEvent.stream), deliveredEvent.eventId);
    if (event !== undefined)
      await comments.judge(event, reactionTo(deliveredEvent, { commandId, actor: 'comment-flaggers' }));
  });
};

const followErasures = (it: Scope, comments: Comments): void => {
  const source = { stream: PROFILE_EVENTS, payload: profilePayload };
  it.onIntegrationEvent('moc-management-comments', source, async ({ payload, cause }) => {
    if (payload.status !== 'erased') return;
    await comments.forget(payload.userId as UserId, payload.erasedAt as Instant, cause);
  });
};

/** Deletes comments whose MOC is deleted: its stream says so, since the read model may just be behind. */
const sweepComments =
  (it: Scope, comments: Comments, reader: CommentReader, load: (mocId: MocId) => Promise<Moc>) =>
  async (): Promise<void> => {
    for (const { commentId, mocId } of await reader.withoutMoc(SWEPT_AT_ONCE)) {
      if ((await load(mocId)).status !== 'deleted') continue;
      const cause = { commandId: newId(), correlationId: newId(), actor: 'comment-sweep' };
      await comments.change({ type: 'DropComment', data: { commentId, at: it.clock() } }, cause);
    }
  };

/** Shows in Prometheus how many comments wait for a moderator, and how long the first one has. */
const gaugeQueue = (it: Scope, reader: Pick<CommentReader, 'waiting'>): void => {
  const meter = it.use(metrics);
  const queueGauge = meter.gauge('comment_review_queue_comments', 'Comments that wait for a moderator.');
  const age = meter.gauge('comment_review_queue_oldest_seconds', 'How long the first of them has waited.');
  meter.beforeExposition(async () => {
    const queue = await reader.waiting().catch(() => undefined);
    if (queue === undefined) return;
    queueGauge.set(queue.count);
    age.set(queue.oldestSince === null ? 0 : msBetween(queue.oldestSince as Instant, it.clock()) / 1_000);
  });
};

type CommentDependencies = {
  readonly versions: Pick<VersionReading, 'mocOf'>;
  readonly load: (mocId: MocId) => Promise<Moc>;
  /** How many flags hide a comment until a moderator has decided. */
  readonly hidesAt: number;
};

/** Declares comments on MOCs and their moderation; returns them with their routes. */
export const declareComments = (
  it: Scope,
  { versions, load, hidesAt }: CommentDependencies,
): { readonly comments: Comments; readonly routes: Router } => {
  const comments = commentsOn({
    ...{
      comments: it.streams('mocComment', commentCodec, commentDecider),
      commenters: it.streams('mocCommenter', commenterCodec, commenterDecider),
    },
    ...{ hidesAt, now: it.clock },
  });
  const reader = commentReader(it.db);
  it.project(mocComments, commentCodec);
  it.project(commentModerationLog, commentCodec);
  gaugeQueue(it, reader);
  followDecisions(it, comments);
  followErasures(it, comments);
  it.every(SWEEP_EVERY_MS, 'The sweep of comments', sweepComments(it, comments, reader, load));
  const routes = Router().use(
    requireCommentModerator,
    commentRoutes({ comments, reader, versions, now: it.clock }),
    commentReviewRoutes({ comments, reader, now: it.clock }),
  );
  return { comments, routes };
};
