import { defineRoute } from '@lego-moc/http/route-contract';
import {
  newWebhookReply,
  webhookChangeRequest,
  webhookParams,
  webhookReply,
  webhookRequest,
  webhookSecretReply,
  webhooksReply,
} from '../../contracts/webhooks-api.ts';

const tags = ['Webhooks'];
const path = '/v1/webhooks/:webhookId';
const ofWebhook = { tags, params: webhookParams };

export const addWebhook = defineRoute({
  method: 'post',
  path: '/v1/webhooks',
  summary: 'Have messages sent about what happens to MOCs',
  description:
    'Messages are those of Standard Webhooks (https://www.standardwebhooks.com), signed with the secret of the reply, which is shown here only.',
  tags,
  body: webhookRequest,
  replies: {
    201: { description: 'The webhook, with its secret', schema: newWebhookReply },
    409: { description: 'too-many-webhooks: delete one first' },
    410: { description: 'Your account was erased, or the webhook was removed meanwhile' },
    422: {
      description:
        'webhook-url-refused: not a public https URL; webhook-subject-not-found: no MOC that you see, or no builder whom you follow',
    },
  },
});

export const listWebhooks = defineRoute({
  method: 'get',
  path: '/v1/webhooks',
  summary: 'The own webhooks, the oldest first; without their secrets',
  tags,
  replies: { 200: { description: 'All of them', schema: webhooksReply } },
});

export const readWebhook = defineRoute({
  ...{ ...ofWebhook, method: 'get', path, summary: 'An own webhook, without its secret' },
  replies: { 200: { description: 'The webhook', schema: webhookReply } },
});

export const changeWebhook = defineRoute({
  ...{ ...ofWebhook, method: 'patch', path, summary: 'Move a webhook, choose its events, disable or enable it' },
  body: webhookChangeRequest,
  replies: {
    204: { description: 'Changed, or so before' },
    422: { description: 'webhook-url-refused: not a public https URL' },
  },
});

export const removeWebhook = defineRoute({
  ...{ ...ofWebhook, method: 'delete', path, summary: 'Delete a webhook with its deliveries' },
  replies: { 204: { description: 'Deleted, or deleted before' } },
});

export const rotateWebhookSecret = defineRoute({
  ...{ ...ofWebhook, method: 'post', path: '/v1/webhooks/:webhookId/secret-rotations' },
  summary: 'Get a new secret; messages carry signatures of both for a day',
  replies: { 201: { description: 'The new secret, shown here only', schema: webhookSecretReply } },
});
