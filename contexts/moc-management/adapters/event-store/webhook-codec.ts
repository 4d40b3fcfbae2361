import { z } from 'zod';
import { codecFor } from '@lego-moc/event-codec/codec';
import {
  DISABLING_REASONS,
  WEBHOOK_EVENT_TYPES,
  type SealedValueId,
  type WebhookEvent,
  type WebhookId,
} from '../../domain/webhook-events.ts';
import { instant, mocId, userId } from './stored-values.ts';

const webhookId = z.string().transform((id) => id as WebhookId);
const sealedValueId = z.string().transform((id) => id as SealedValueId);
const eventTypes = z.array(z.enum(WEBHOOK_EVENT_TYPES));
const subject = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('own-mocs') }),
  z.object({ kind: z.literal('moc'), mocId }),
  z.object({ kind: z.literal('builder'), builderId: userId }),
]);

/** Stored forms of a user's webhooks: neither URLs nor secrets, only where they lie sealed. */
export const webhookCodec = codecFor<WebhookEvent>('moc-management', {
  WebhookAdded: [
    {
      schema: z.object({
        ...{ webhookId, owner: userId, subject, eventTypes },
        ...{ url: sealedValueId, secret: sealedValueId, addedAt: instant },
      }),
    },
  ],
  WebhookMoved: [{ schema: z.object({ webhookId, url: sealedValueId }) }],
  WebhookEventsChosen: [{ schema: z.object({ webhookId, eventTypes }) }],
  WebhookSecretRotated: [{ schema: z.object({ webhookId, secret: sealedValueId, formerEndsAt: instant }) }],
  WebhookDisabled: [{ schema: z.object({ webhookId, reason: z.enum(DISABLING_REASONS), disabledAt: instant }) }],
  WebhookEnabled: [{ schema: z.object({ webhookId }) }],
  WebhookRemoved: [{ schema: z.object({ webhookId }) }],
  WebhooksErased: [{ schema: z.object({ erasedAt: instant }) }],
});
