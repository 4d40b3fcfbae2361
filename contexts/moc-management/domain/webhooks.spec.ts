import { given } from '@lego-moc/testing/given';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { SealedValueId, WebhookAdded, WebhookEvent, WebhookId } from './webhook-events.ts';
import { WEBHOOKS_MAX, webhooksDecider, type AddWebhook, type ChangeWebhook, type WebhookCommand } from './webhooks.ts';

const at = '2026-01-01T12:00:00.000Z' as Instant;
const tomorrow = '2026-01-02T12:00:00.000Z' as Instant;
const ada = 'ada' as UserId;
const webhookId = 'webhook-1' as WebhookId;
const [url, otherUrl, secret, otherSecret] = ['url-1', 'url-2', 'secret-1', 'secret-2'] as SealedValueId[] as [
  SealedValueId,
  SealedValueId,
  SealedValueId,
  SealedValueId,
];
const webhooks = given(webhooksDecider);

const addNamed = (id: WebhookId): AddWebhook => ({
  type: 'AddWebhook',
  data: { webhookId: id, by: ada, subject: { kind: 'own-mocs' }, eventTypes: ['moc.liked'], url, secret, at },
});
const addedNamed = (id: WebhookId): WebhookAdded => ({
  type: 'WebhookAdded',
  data: {
    webhookId: id,
    owner: ada,
    subject: { kind: 'own-mocs' },
    eventTypes: ['moc.liked'],
    url,
    secret,
    addedAt: at,
  },
});
const addition = addedNamed(webhookId);
const removal: WebhookEvent = { type: 'WebhookRemoved', data: { webhookId } };
const erasure: WebhookEvent = { type: 'WebhooksErased', data: { erasedAt: at } };
const enablement: WebhookEvent = { type: 'WebhookEnabled', data: { webhookId } };
const move: WebhookEvent = { type: 'WebhookMoved', data: { webhookId, url: otherUrl } };
const disabledFor = (reason: 'owner' | 'failing'): WebhookEvent => ({
  type: 'WebhookDisabled',
  data: { webhookId, reason, disabledAt: at },
});
const change = (data: Partial<ChangeWebhook['data']>): ChangeWebhook => ({
  type: 'ChangeWebhook',
  data: { webhookId, at, ...data },
});
const remove: WebhookCommand = { type: 'RemoveWebhook', data: { webhookId } };
const rotate: WebhookCommand = {
  type: 'RotateWebhookSecret',
  data: { webhookId, secret: otherSecret, formerEndsAt: tomorrow, at },
};
const giveUp = (generation: number): WebhookCommand => ({
  type: 'DisableWebhook',
  data: { webhookId, reason: 'failing', generation, at },
});

describe('deciding on webhooks', () => {
  it('adds one, once', () => {
    webhooks().when(addNamed(webhookId)).then(addition);
    webhooks(addition).when(addNamed(webhookId)).thenNothing();
  });

  it(`rejects number ${String(WEBHOOKS_MAX + 1)} until one is removed, and repeats the others`, () => {
    const all = Array.from({ length: WEBHOOKS_MAX }, (_, at) => addedNamed(`webhook-${String(at)}` as WebhookId));
    const next = addNamed('webhook-next' as WebhookId);
    webhooks(...all)
      .when(next)
      .thenRejected('too-many-webhooks');
    webhooks(...all)
      .when(addNamed(webhookId))
      .thenNothing();
    webhooks(...all, removal)
      .when(next)
      .then(addedNamed('webhook-next' as WebhookId));
  });

  it('does not bring back what was removal, nor what was erased', () => {
    webhooks(addition, removal).when(addNamed(webhookId)).thenRejected('webhook-removed');
    webhooks(addition, erasure).when(addNamed(webhookId)).thenRejected('user-erased');
  });

  it('removes one, once, and knows no other', () => {
    webhooks(addition).when(remove).then(removal);
    webhooks(addition, removal).when(remove).thenNothing();
    webhooks().when(remove).thenRejected('webhook-not-found');
  });

  it('moves, chooses events, disables and enables as far as that changes something', () => {
    const choice: WebhookEvent = { type: 'WebhookEventsChosen', data: { webhookId, eventTypes: ['moc.created'] } };
    const all = change({ url: otherUrl, eventTypes: ['moc.created'], isActive: false });
    webhooks(addition).when(all).then(move, choice, disabledFor('owner'));
    webhooks(addition, move, choice, disabledFor('owner')).when(all).thenNothing();
    webhooks(addition, disabledFor('failing'))
      .when(change({ isActive: true }))
      .then(enablement);
    webhooks(addition)
      .when(change({ isActive: true, url, eventTypes: ['moc.liked'] }))
      .thenNothing();
    webhooks().when(all).thenRejected('webhook-not-found');
  });

  it('rotates a secret once for each new one', () => {
    const rotation: WebhookEvent = {
      type: 'WebhookSecretRotated',
      data: { webhookId, secret: otherSecret, formerEndsAt: tomorrow },
    };
    webhooks(addition).when(rotate).then(rotation);
    webhooks(addition, rotation).when(rotate).thenNothing();
    webhooks(addition, removal).when(rotate).thenRejected('webhook-not-found');
  });

  it('disables what fails, unless its owner has moved or enabled it since', () => {
    webhooks(addition).when(giveUp(0)).then(disabledFor('failing'));
    webhooks(addition, move).when(giveUp(0)).thenNothing();
    webhooks(addition, disabledFor('failing')).when(giveUp(0)).thenNothing();
    webhooks(addition, disabledFor('failing'), enablement).when(giveUp(0)).thenNothing();
    webhooks(addition, disabledFor('failing'), enablement).when(giveUp(1)).then(disabledFor('failing'));
    webhooks(addition, removal).when(giveUp(0)).thenNothing();
  });

  it('erases once', () => {
    const erase: WebhookCommand = { type: 'EraseWebhooks', data: { at } };
    webhooks(addition).when(erase).then(erasure);
    webhooks(addition, erasure).when(erase).thenNothing();
  });
});
