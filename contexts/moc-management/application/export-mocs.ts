import type { Clock } from '@lego-moc/application/clock';
import type { EventStreams } from '@lego-moc/application/event-streams';
import type { UserId } from '@lego-moc/kernel/message';
import type { ExportLine } from '../contracts/export-api.ts';
import type { CommentEvent } from '../domain/comment-events.ts';
import type { MocEvent } from '../domain/moc-events.ts';
import type { Comments } from './comments.ts';
import type { InterestsOfUsers } from './interests.ts';
import type { MocsOf } from './owner-erasure.ts';
import type { WebhookEntry, WebhookHistory } from './webhooks/webhook-history.ts';

export type ExportDependencies = {
  /** Every MOC that was ever begun for a user. */
  readonly mocsOf: MocsOf;
  readonly mocs: Pick<EventStreams<MocEvent>, 'readEvents'>;
  readonly comments: Pick<Comments, 'idsOf' | 'events'>;
  readonly interests: Pick<InterestsOfUsers, 'events'>;
  readonly webhooks: WebhookHistory;
  readonly now: Clock;
};

/** What a MOC's event says to its owner. Credits come without the names of others, who may have been erased. */
const ownersPart = ({ type, data }: MocEvent, user: UserId): object => {
  if (type !== 'MocDrafted' || data.lineage === undefined) return data;
  const lineage = data.lineage.map(({ owner, ...credit }) => (owner === user ? { owner, ...credit } : credit));
  return { ...data, lineage };
};

/** What the author of a comment is told of an event; nothing of those who flagged it or decided about it. */
const authorsPart = (event: CommentEvent): object | undefined => {
  switch (event.type) {
    case 'CommentFlagged': {
      const { commentId, reason, flaggedAt } = event.data;
      return { commentId, reason, flaggedAt };
    }
    case 'CommentReviewDecided': {
      const { commentId, decision, rule, reason, decidedAt } = event.data;
      return { commentId, decision, rule, reason, decidedAt };
    }
    case 'CommentDecisionReversed': {
      const { commentId, reason, reversedAt } = event.data;
      return { commentId, reason, reversedAt };
    }
    case 'CommentReviewClaimed':
    case 'CommentFlaggerForgotten':
      return undefined;
    default:
      return event.data;
  }
};

type Kind = Extract<ExportLine, { readonly kind: unknown }>['kind'];

const lineOf = (
  kind: Kind,
  { id, event, revision, recordedAt }: WebhookEntry,
  data: object = event.data,
): ExportLine => ({ kind, id, revision: String(revision), what: event.type, recordedAt, data: { ...data } });

/**
 * Everything that is stored of a user in this context, as it was recorded: one line first, then one for each event. A
 * removed comment comes with its text, since its author wrote it.
 */
export const exportMocs = ({ mocsOf, mocs, comments, interests, webhooks, now }: ExportDependencies) =>
  async function* (user: UserId): AsyncGenerator<ExportLine> {
    const mocIds = await mocsOf(user);
    const { ownIds, flaggedIds } = await comments.idsOf(user);
    yield { exportedAt: now(), mocs: mocIds.length, comments: ownIds.length, commentFlags: flaggedIds.length };
    for (const mocId of mocIds)
      for await (const entry of mocs.readEvents(mocId)) yield lineOf('moc', entry, ownersPart(entry.event, user));
    for (const commentId of ownIds)
      for await (const entry of comments.events(commentId)) {
        const data = authorsPart(entry.event);
        if (data !== undefined) yield lineOf('comment', entry, data);
      }
    for (const commentId of flaggedIds)
      for await (const entry of comments.events(commentId)) {
        const { event } = entry;
        if (event.type === 'CommentFlagged' && event.data.flagger === user) yield lineOf('comment-flag', entry);
      }
    for await (const entry of interests.events(user)) yield lineOf('interests', entry);
    for await (const entry of webhooks(user)) yield lineOf('webhooks', entry);
  };
