import { z } from 'zod';
import type { WebhookContract } from '@lego-moc/http/route-contract';
import { webhookMessages, type WebhookMessage } from '../../contracts/webhook-messages.ts';

const SUMMARIES: Record<WebhookMessage['type'], string> = {
  'moc.created': 'A MOC was begun',
  'moc.published': 'A version of a MOC was published',
  'moc.updated': 'A MOC changed',
  'moc.deleted': 'A MOC was deleted',
  'moc.commented': 'Somebody commented on a MOC',
  'moc.liked': 'Somebody likes a MOC',
  'webhook.test': 'The owner of the webhook tries the receiver',
};

/** Those of Standard Webhooks. */
const headers = z.object({
  'webhook-id': z.uuid().meta({ description: 'The same at each attempt, and in replays: take it once' }),
  'webhook-timestamp': z.string().meta({ description: 'When it was sent, in seconds since 1970' }),
  'webhook-signature': z.string().meta({ description: '`v1,` and an HMAC; two of them while a secret is replaced' }),
});

/** Every message that the service sends to the receivers of webhooks. */
export const WEBHOOK_CONTRACTS: readonly WebhookContract[] = Object.entries(webhookMessages).map(([name, body]) => ({
  ...{ name, headers, body, tags: ['Webhooks'] },
  summary: SUMMARIES[name as WebhookMessage['type']],
  replies: {
    '2XX': 'Accepted, within ten seconds',
    '410': 'The receiver is gone: the webhook is disabled',
    default: 'Sent again later, for three days; a redirect is not followed',
  },
}));
