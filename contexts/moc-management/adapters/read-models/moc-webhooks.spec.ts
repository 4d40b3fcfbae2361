import { expect } from 'chai';
import { newId } from '@lego-moc/application/new-id';
import { inMemoryStreams } from '@lego-moc/event-store/in-memory-streams';
import type { UserId } from '@lego-moc/kernel/message';
import { latestRow } from '@lego-moc/read-models/latest-row';
import type { SealedValueId, WebhookEvent, WebhookId } from '../../domain/webhook-events.ts';
import { now } from '../../testing/api-for-tests.ts';
import { mocWebhooks } from './moc-webhooks.ts';

const value = newId() as SealedValueId;
const webhookId = newId() as WebhookId;

const addition: WebhookEvent = {
  type: 'WebhookAdded',
  data: {
    ...{ webhookId, owner: 'ada' as UserId, subject: { kind: 'builder', builderId: 'bob' as UserId } },
    ...{ eventTypes: ['moc.published', 'moc.liked'], url: value, secret: value, addedAt: now() },
  },
};

describe('the read model of webhooks', () => {
  it('names each matter that a webhook is about, and nothing of its owner after the erasure', async () => {
    const streams = inMemoryStreams<WebhookEvent>('mocWebhooks', now);
    const row = latestRow(mocWebhooks, streams);
    const append = (events: readonly WebhookEvent[]) =>
      streams.append('ada', events, 'any', { commandId: newId(), correlationId: newId(), actor: 'ada' });

    await append([addition]);
    expect(await row('ada')).to.deep.include({ keys: ['moc.published builder bob', 'moc.liked builder bob'] });

    await append([{ type: 'WebhookEventsChosen', data: { webhookId, eventTypes: ['moc.deleted'] } }]);
    expect(await row('ada')).to.deep.include({ keys: ['moc.deleted builder bob'] });

    await append([{ type: 'WebhooksErased', data: { erasedAt: now() } }]);
    expect(await row('ada')).to.deep.include({ keys: [], webhooks: { byId: {}, removed: [], erased: true } });
  });
});
