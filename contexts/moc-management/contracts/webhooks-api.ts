import { z } from 'zod';
import { USER_ID } from '@lego-moc/kernel/user-id';

const instant = z.iso.datetime();
const eventType = z.enum(['moc.created', 'moc.published', 'moc.updated', 'moc.deleted', 'moc.commented', 'moc.liked']);
/** Each once. */
const eventTypes = z
  .array(eventType)
  .min(1)
  .refine((types) => new Set(types).size === types.length, 'names an event type twice');

/** The own MOCs, one MOC that the caller sees, or the published MOCs of a builder whom the caller follows. */
const subject = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('own-mocs') }),
  z.strictObject({ kind: z.literal('moc'), mocId: z.uuid() }),
  z.strictObject({
    kind: z.literal('builder'),
    builderId: z.string().regex(USER_ID, 'an id of the Auth Service'),
  }),
]);

const deliveryState = z.enum(['pending', 'delivered', 'failed', 'missed']);

/** Longer URLs are refused by many servers. */
const url = z.url().max(2_048);

export const webhookParams = z.object({ webhookId: z.uuid() });

/** `POST /v1/webhooks`. */
export const webhookRequest = z.strictObject({ url, subject, events: eventTypes }).meta({
  examples: [{ url: 'https://example.com/hooks', subject: { kind: 'own-mocs' }, events: ['moc.commented'] }],
});

/** `PATCH /v1/webhooks/:webhookId`; what is left out stays. `active` enables one that was disabled. */
export const webhookChangeRequest = z
  .strictObject({
    url: url.optional(),
    events: eventTypes.optional(),
    status: z.enum(['active', 'disabled']).optional(),
  })
  .meta({ examples: [{ status: 'active' }] });

export const webhookReply = z.object({
  webhookId: z.uuid(),
  /** Null when it was lost with a part of the database: set it again. */
  url: z.string().nullable(),
  subject,
  events: z.array(eventType),
  status: z.enum(['active', 'disabled']),
  /** Why and since when it is disabled. */
  disabled: z
    .object({ reason: z.enum(['owner', 'failing', 'receiver-gone', 'sealed-value-lost']), since: instant })
    .nullable(),
  /** Until when messages are signed with the former secret, too; null while there is one secret. */
  formerSecretEndsAt: instant.nullable(),
  addedAt: instant,
});
export type WebhookReply = z.infer<typeof webhookReply>;

/**
 * `GET /v1/webhooks/:webhookId/deliveries`, the newest first; `cursor` is the `nextCursor` of the page before.
 */
export const webhookDeliveriesQuery = z.object({
  state: deliveryState.optional(),
  cursor: z
    .string()
    .regex(/^[1-9]\d{0,18}$/, 'the `nextCursor` of the page before')
    .optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
});

/** A message that was sent, or is to be; of the answer to its last attempt nothing but the status. */
const webhookDelivery = z.object({
  /** The `webhook-id` of the message, at each attempt. */
  deliveryId: z.uuid(),
  type: z.string(),
  mocId: z.uuid().nullable(),
  /** When it happened. */
  at: instant,
  /** `missed` ones were not sent, since the webhook was disabled or had too many pending; they can be replayed. */
  state: deliveryState,
  attempts: z.int().nonnegative(),
  nextAttemptAt: instant.nullable(),
  lastAttemptAt: instant.nullable(),
  answerStatus: z.int().nullable(),
  durationMs: z.int().nonnegative().nullable(),
  /** Why the last attempt failed: `status`, `redirect`, `timeout`, `host-unknown`, `address-refused`, `tls-failed`, … */
  failure: z.string().nullable(),
});
export const webhookDeliveriesReply = z.object({
  deliveries: z.array(webhookDelivery),
  nextCursor: z.string().nullable(),
});

/** `POST /v1/webhooks/:webhookId/test`. */
export const webhookTestReply = z.object({ deliveryId: z.uuid() });

/** `POST /v1/webhooks/:webhookId/replay`: the message `from` and those that were queued after it, in their order. */
export const webhookReplayRequest = z.strictObject({
  from: z.uuid(),
  states: z
    .array(z.enum(['delivered', 'failed', 'missed']))
    .min(1)
    .default(['delivered', 'failed', 'missed']),
  limit: z.int().min(1).max(1_000).default(100),
});
/** `next` is the message from which the next replay goes on; null at the end of the log. */
export const webhookReplayReply = z.object({ replayed: z.int().nonnegative(), next: z.uuid().nullable() });

/** The secret is shown here and never again. */
export const newWebhookReply = webhookReply.extend({ secret: z.string() });
export const webhookSecretReply = z.object({
  webhookId: z.uuid(),
  secret: z.string(),
  formerSecretEndsAt: instant.nullable(),
});
export const webhooksReply = z.object({ webhooks: z.array(webhookReply) });
