import { expect } from 'chai';
import { newId } from '@lego-moc/application/new-id';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { MocPayload } from '../../contracts/integration-events.ts';
import { webhookMessages } from '../../contracts/webhook-messages.ts';
import type { CommentId } from '../../domain/comment-events.ts';
import type { Comment } from '../../domain/comment.ts';
import type { MocId } from '../../domain/moc-id.ts';
import type { Moc } from '../../domain/moc.ts';
import {
  WEBHOOK_EVENT_TYPES,
  type SealedValueId,
  type WebhookId,
  type WebhookSubject,
} from '../../domain/webhook-events.ts';
import type { Webhook } from '../../domain/webhooks.ts';
import { TEST_TYPE, type Delivery } from '../ports/webhook-deliveries.ts';
import { composeMessage } from './compose-message.ts';
import { matterOfAnnouncement } from './find-matters.ts';

const at = '2026-01-01T12:00:00.000Z' as Instant;
const [ada, bob] = ['ada', 'bob'] as UserId[] as [UserId, UserId];
const mocId = newId() as MocId;
const commentId = newId() as CommentId;
const value = newId() as SealedValueId;

const payload: MocPayload = {
  ...{ status: 'published', mocId, owner: ada, title: 'Crane', description: '', theme: 'Harbour', tags: [] },
  ...{ totalPieces: 49, partsLists: [], files: [], createdAt: at, publishedAt: at, version: 1, changed: ['title'] },
};
const announcementOf = (event: MocPayload, eventType = 'moc.updated') => ({
  number: 7n,
  event: { eventId: newId(), eventType, timestamp: at, revision: '3', payload: event },
});
const moc = (status: 'draft' | 'published' | 'deleted'): Moc => ({ status, owner: ada }) as Moc;
const comment = (isHidden: boolean): Comment =>
  ({ status: 'written', author: ada, moderation: { hidden: isHidden } }) as Comment;

const webhookOf = (owner: UserId, subject: WebhookSubject): Webhook => ({
  ...{ owner, subject, eventTypes: WEBHOOK_EVENT_TYPES, url: value, secret: value, formerSecret: null },
  ...{ addedAt: at, disabled: null, generation: 0 },
});
const ownMocs = webhookOf(ada, { kind: 'own-mocs' });
const oneMoc = webhookOf(bob, { kind: 'moc', mocId });
const builder = webhookOf(bob, { kind: 'builder', builderId: ada });

const deliveryOf = (type: Delivery['type'], more: Partial<Delivery> = {}): Delivery => ({
  ...{ deliveryId: newId(), webhookId: newId() as WebhookId, owner: bob, type, mocId, commentId: null },
  ...{ audience: 'readers', announcement: null, at, attempts: 0 },
  ...more,
});

type World = { moc?: Moc; comment?: Comment; follows?: boolean; payload?: MocPayload };

const compose = (delivery: Delivery, webhook: Webhook, world: World = {}) =>
  composeMessage({
    moc: () => Promise.resolve(world.moc ?? moc('published')),
    comment: () => Promise.resolve(world.comment ?? comment(false)),
    follows: () => Promise.resolve(world.follows ?? true),
    announcement: () => Promise.resolve(announcementOf(world.payload ?? payload)),
  })(delivery, webhook);

describe('composing messages of webhooks', () => {
  it('gives each type the form that is documented', async () => {
    const lastPayload: MocPayload = { status: 'deleted', mocId, owner: ada, deletedAt: at };
    for (const type of ['moc.published', 'moc.updated'] as const)
      webhookMessages[type].parse(await compose(deliveryOf(type, { announcement: 7n }), oneMoc));
    const deletion = deliveryOf('moc.deleted', { announcement: 7n });
    webhookMessages['moc.deleted'].parse(
      await compose(deletion, oneMoc, { moc: moc('deleted'), payload: lastPayload }),
    );
    webhookMessages['moc.commented'].parse(await compose(deliveryOf('moc.commented', { commentId }), builder));
    webhookMessages['moc.liked'].parse(await compose(deliveryOf('moc.liked'), builder));
    webhookMessages['webhook.test'].parse(await compose(deliveryOf(TEST_TYPE, { mocId: null }), ownMocs));
  });

  it('says nothing to others of a draft, or of what is the owner’s alone', async () => {
    const update = deliveryOf('moc.updated', { announcement: 7n });
    const ownUpdate = { ...update, audience: 'owner' } as const;
    for (const webhook of [oneMoc, builder]) {
      expect(await compose(update, webhook, { moc: moc('draft') })).to.equal(undefined);
      expect(await compose(ownUpdate, webhook)).to.equal(undefined);
    }
    expect(await compose(ownUpdate, ownMocs, { moc: moc('draft') })).to.include({ type: 'moc.updated' });
  });

  it('says nothing of a deleted MOC but that it is', async () => {
    for (const type of ['moc.published', 'moc.liked'] as const)
      for (const webhook of [ownMocs, oneMoc])
        expect(await compose(deliveryOf(type, { announcement: 7n }), webhook, { moc: moc('deleted') })).to.equal(
          undefined,
        );
    expect(await compose(deliveryOf('moc.liked'), oneMoc, { moc: { status: 'absent' } })).to.equal(undefined);
  });

  it('says nothing of a comment that is hidden or deleted', async () => {
    const delivery = deliveryOf('moc.commented', { commentId });
    expect(await compose(delivery, oneMoc, { comment: comment(true) })).to.equal(undefined);
    const deletedComment: Comment = { status: 'deleted', mocId, author: null };
    expect(await compose(delivery, oneMoc, { comment: deletedComment })).to.equal(undefined);
  });

  it('says nothing of a builder who is followed no more, nor of what is not wanted any more', async () => {
    expect(await compose(deliveryOf('moc.liked'), builder, { follows: false })).to.equal(undefined);
    expect(await compose(deliveryOf('moc.liked'), { ...oneMoc, eventTypes: ['moc.deleted'] })).to.equal(undefined);
  });
});

describe('finding what an integration event tells', () => {
  const find = async (event: MocPayload, eventType: string, wasPublished = true) => {
    const { type, audience } = await matterOfAnnouncement(announcementOf(event, eventType), () =>
      Promise.resolve(wasPublished),
    );
    return [type, audience];
  };

  it('keeps drafts and private changes to their owners', async () => {
    const draft: MocPayload = { ...payload, status: 'draft' };
    expect(await find(draft, 'moc.created')).to.deep.equal(['moc.created', 'owner']);
    expect(await find(draft, 'parts-list.updated')).to.deep.equal(['moc.updated', 'owner']);
    expect(await find({ ...payload, changed: [] }, 'moc.updated')).to.deep.equal(['moc.updated', 'owner']);
    expect(await find(payload, 'moc.updated')).to.deep.equal(['moc.updated', 'readers']);
  });

  it('tells readers of a publication, and of the deletion of what was published once', async () => {
    const publication = { ...payload, changed: ['status', 'publishedAt'] };
    expect(await find(publication, 'moc.updated')).to.deep.equal(['moc.published', 'readers']);
    const lastPayload: MocPayload = { status: 'deleted', mocId, owner: ada, deletedAt: at };
    expect(await find(lastPayload, 'moc.deleted')).to.deep.equal(['moc.deleted', 'readers']);
    expect(await find(lastPayload, 'moc.deleted', false)).to.deep.equal(['moc.deleted', 'owner']);
  });
});
