import { expect } from 'chai';
import fc from 'fast-check';
import { isRejection } from '@lego-moc/kernel/decider';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { WEBHOOK_EVENT_TYPES, type SealedValueId, type WebhookId } from './webhook-events.ts';
import { WEBHOOKS_MAX, webhooksDecider, type WebhookCommand, type Webhooks } from './webhooks.ts';

const { decide, evolve, initial } = webhooksDecider;
const at = '2026-01-01T12:00:00.000Z' as Instant;
const webhookId = fc.constantFrom('a', 'b', '__proto__', 'constructor').map((id) => id as WebhookId);
const value = fc.constantFrom('u', 'v', 'w').map((id) => id as SealedValueId);
const eventTypes = fc.uniqueArray(fc.constantFrom(...WEBHOOK_EVENT_TYPES), { minLength: 1 });
const removal = fc.record({ webhookId });
const optional = { requiredKeys: [] };

const command: fc.Arbitrary<WebhookCommand> = fc.oneof(
  fc.record({ webhookId, eventTypes, url: value, secret: value }).map((data): WebhookCommand => ({
    type: 'AddWebhook',
    data: { ...data, by: 'ada' as UserId, subject: { kind: 'own-mocs' }, at },
  })),
  fc
    .tuple(webhookId, fc.record({ url: value, eventTypes, isActive: fc.boolean() }, optional))
    .map(([id, change]): WebhookCommand => ({ type: 'ChangeWebhook', data: { webhookId: id, ...change, at } })),
  fc.tuple(webhookId, value).map(([id, secret]): WebhookCommand => ({
    type: 'RotateWebhookSecret',
    data: { webhookId: id, secret, formerEndsAt: at, at },
  })),
  fc.tuple(webhookId, fc.nat({ max: 3 })).map(([id, generation]): WebhookCommand => ({
    type: 'DisableWebhook',
    data: { webhookId: id, reason: 'failing', generation, at },
  })),
  removal.map((data): WebhookCommand => ({ type: 'RemoveWebhook', data })),
  fc.constant<WebhookCommand>({ type: 'EraseWebhooks', data: { at } }),
);

describe('the laws of webhooks', () => {
  it('decide nothing a second time, keep the limit, and keep nothing of an erased user', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 40 }), (commands) => {
        let webhooks: Webhooks = initial;
        for (const next of commands) {
          const events = decide(next, webhooks);
          if (isRejection(events)) continue;
          webhooks = events.reduce(evolve, webhooks);
          expect(decide(next, webhooks)).to.deep.equal([]);
          expect(Object.keys(webhooks.byId).length).to.be.at.most(WEBHOOKS_MAX);
          if (webhooks.erased) expect(webhooks.byId).to.deep.equal({});
        }
      }),
    );
  });
});
