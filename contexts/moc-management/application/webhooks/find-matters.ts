import type { Instant, UserId } from '@lego-moc/kernel/message';
import { derivedId } from '@lego-moc/kernel/ids';
import type { MocPayload } from '../../contracts/integration-events.ts';
import type { CommentEvent } from '../../domain/comment-events.ts';
import type { InterestEvent } from '../../domain/interests.ts';
import type { MocId } from '../../domain/moc-id.ts';
import type { Moc } from '../../domain/moc.ts';
import type { Audience, Matter } from '../../domain/webhook-matters.ts';

/** An integration event of MOC management, with its number on the stream. */
export type Announcement = {
  readonly number: bigint;
  readonly event: {
    readonly eventId: string;
    readonly eventType: string;
    readonly timestamp: Instant;
    /** Of the MOC's own stream. */
    readonly revision: string;
    readonly payload: MocPayload;
  };
};

/** A private event, where it was recorded. */
export type Fact<Event> = {
  readonly event: Event;
  readonly eventId: string;
  readonly streamId: string;
  readonly recordedAt: Instant;
};

type Kind = Pick<Matter, 'type' | 'audience'>;

/** Whether readers have ever seen a MOC, which may be deleted by now. */
type WasPublished = (mocId: MocId) => Promise<boolean>;

const kindOf = async ({ event }: Announcement, wasPublished: WasPublished): Promise<Kind> => {
  const { eventType, payload } = event;
  if (payload.status === 'deleted') {
    const isKnown = await wasPublished(payload.mocId as MocId);
    return { type: 'moc.deleted', audience: isKnown ? 'readers' : 'owner' };
  }
  if (eventType === 'moc.created') return { type: 'moc.created', audience: 'owner' };
  if (payload.changed.includes('publishedAt')) return { type: 'moc.published', audience: 'readers' };
  // Nothing of a change that stays its owner's until it is published is named in `changed`.
  const isVisible = payload.status === 'published' && payload.changed.length > 0;
  return { type: 'moc.updated', audience: isVisible ? 'readers' : 'owner' };
};

/** What an integration event tells of a MOC. */
export const matterOfAnnouncement = async (announcement: Announcement, wasPublished: WasPublished): Promise<Matter> => {
  const { eventId, timestamp, payload } = announcement.event;
  return {
    ...(await kindOf(announcement, wasPublished)),
    ...{ matterId: eventId, mocId: payload.mocId as MocId, owner: payload.owner as UserId, at: timestamp },
    ...{ commentId: null, announcement: announcement.number },
  };
};

type Social = Extract<CommentEvent, { type: 'CommentWritten' }> | Extract<InterestEvent, { type: 'InterestShown' }>;

const targetOf = (event: Social): MocId | undefined => {
  if (event.type === 'CommentWritten') return event.data.mocId;
  return event.data.kind === 'like' ? (event.data.target as MocId) : undefined;
};

/**
 * A comment on a MOC, or a like; of a MOC that is not deleted. A user who likes a MOC again after a while is one matter:
 * nobody could tell who it is, and so not that it happened before.
 */
export const matterOfSocial = async (
  { event, eventId, streamId, recordedAt }: Fact<Social>,
  load: (mocId: MocId) => Promise<Moc>,
): Promise<Matter | undefined> => {
  const mocId = targetOf(event);
  if (mocId === undefined) return undefined;
  const moc = await load(mocId);
  if (moc.status === 'absent' || moc.status === 'deleted') return undefined;
  const audience: Audience = moc.status === 'published' ? 'readers' : 'owner';
  const common = { mocId, owner: moc.owner, audience, at: recordedAt, announcement: null };
  return event.type === 'CommentWritten'
    ? { ...common, type: 'moc.commented', matterId: eventId, commentId: event.data.commentId }
    : { ...common, type: 'moc.liked', matterId: derivedId('like', streamId, mocId), commentId: null };
};
