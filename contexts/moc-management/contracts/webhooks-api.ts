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

/** The secret is shown here and never again. */
export const newWebhookReply = webhookReply.extend({ secret: z.string() });
export const webhookSecretReply = z.object({
  webhookId: z.uuid(),
  secret: z.string(),
  formerSecretEndsAt: instant.nullable(),
});
export const webhooksReply = z.object({ webhooks: z.array(webhookReply) });
