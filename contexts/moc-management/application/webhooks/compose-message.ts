import type { Instant, JsonObject, UserId } from '@lego-moc/kernel/message';
import type { LivingMocPayload } from '../../contracts/integration-events.ts';
import type { CommentId } from '../../domain/comment-events.ts';
import { isVisibleTo, type Comment } from '../../domain/comment.ts';
import type { MocId } from '../../domain/moc-id.ts';
import type { Moc } from '../../domain/moc.ts';
import { concerns } from '../../domain/webhook-matters.ts';
import type { Webhook } from '../../domain/webhooks.ts';
import { TEST_TYPE, type Delivery } from '../ports/webhook-deliveries.ts';
import type { Announcement } from './find-matters.ts';

/** A message as `contracts/webhook-messages.ts` describes it. */
export type MessageContent = Pick<Delivery, 'type'> & { readonly timestamp: Instant; readonly data: JsonObject };

/** What messages are made of, as it is when they are sent. */
export type MessageSources = {
  readonly moc: (mocId: MocId) => Promise<Moc>;
  readonly comment: (commentId: CommentId) => Promise<Comment>;
  readonly follows: (user: UserId, builder: UserId) => Promise<boolean>;
  /** The integration event of this number. */
  readonly announcement: (number: bigint) => Promise<Announcement | undefined>;
};

const describeMoc = (payload: LivingMocPayload) => {
  const { mocId, owner, status, title, type = 'moc', theme, tags, totalPieces, changed } = payload;
  const { version = 0, createdAt, publishedAt } = payload;
  const about = { mocId, owner, status, title, type, theme, tags, totalPieces };
  return { ...about, version, createdAt, publishedAt, changed };
};

const ofAnnouncement = ({ event: { payload, revision } }: Announcement): JsonObject =>
  payload.status === 'deleted'
    ? { mocId: payload.mocId, owner: payload.owner, revision, deletedAt: payload.deletedAt }
    : { ...describeMoc(payload), revision };

const ownerOf = (moc: Moc): UserId | undefined => (moc.status === 'absent' ? undefined : moc.owner);

/** Whether the webhook's owner may learn of it now, whatever was so when the message was queued. */
const isPermitted = async (delivery: Delivery, webhook: Webhook, sources: MessageSources): Promise<boolean> => {
  const { type, mocId, commentId, audience } = delivery;
  if (type === TEST_TYPE || mocId === null) return type === TEST_TYPE;
  const moc = await sources.moc(mocId);
  const owner = ownerOf(moc);
  if (owner === undefined || !concerns(webhook, { type, mocId, owner, audience })) return false;
  if (webhook.subject.kind === 'builder' && !(await sources.follows(webhook.owner, owner))) return false;
  if (moc.status === 'deleted') return type === 'moc.deleted';
  if (moc.status === 'draft' && owner !== webhook.owner) return false;
  if (commentId === null) return true;
  const comment = await sources.comment(commentId);
  return comment.status === 'written' && isVisibleTo(webhook.owner, comment);
};

const dataOf = async (delivery: Delivery, { announcement }: MessageSources): Promise<JsonObject | undefined> => {
  const { type, mocId, commentId, webhookId } = delivery;
  if (type === TEST_TYPE) return { webhookId };
  if (delivery.announcement === null) return { mocId, ...(commentId === null ? {} : { commentId }) };
  const source = await announcement(delivery.announcement);
  return source && ofAnnouncement(source);
};

/**
 * The content of a message, the same at each attempt; `undefined` when the webhook's owner may not have it, such as that of
 * a MOC that was deleted meanwhile. Neither comments nor likes name who they are of: copies outlive an erasure.
 */
export const composeMessage =
  (sources: MessageSources) =>
  async (delivery: Delivery, webhook: Webhook): Promise<MessageContent | undefined> => {
    if (!(await isPermitted(delivery, webhook, sources))) return undefined;
    const data = await dataOf(delivery, sources);
    return data && { type: delivery.type, timestamp: delivery.at, data };
  };
