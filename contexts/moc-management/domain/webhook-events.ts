import type { Brand, Instant, Message, UserId } from '@lego-moc/kernel/message';
import type { MocId } from './moc-id.ts';

export type WebhookId = Brand<string, 'WebhookId'>;

/** Names a URL or secret of a webhook, which lies sealed in a table: events cannot be erased. */
export type SealedValueId = Brand<string, 'SealedValueId'>;

/** What a message of a webhook may be about. */
export const WEBHOOK_EVENT_TYPES = [
  'moc.created',
  'moc.published',
  'moc.updated',
  'moc.deleted',
  'moc.commented',
  'moc.liked',
] as const;
export type WebhookEventType = (typeof WEBHOOK_EVENT_TYPES)[number];

/** The MOCs that a webhook is about: those of its owner, one, or those of a builder. */
export type WebhookSubject =
  | { readonly kind: 'own-mocs' }
  | { readonly kind: 'moc'; readonly mocId: MocId }
  | { readonly kind: 'builder'; readonly builderId: UserId };

/**
 * Why a webhook is disabled: its owner wanted it, deliveries failed for days, the receiver answered 410, or its URL or
 * secret was lost with a part of the database.
 */
export const DISABLING_REASONS = ['owner', 'failing', 'receiver-gone', 'sealed-value-lost'] as const;
export type DisablingReason = (typeof DISABLING_REASONS)[number];

/** Somebody wants to learn what happens to MOCs. */
export type WebhookAdded = Message<
  'WebhookAdded',
  {
    webhookId: WebhookId;
    owner: UserId;
    subject: WebhookSubject;
    eventTypes: readonly WebhookEventType[];
    url: SealedValueId;
    secret: SealedValueId;
    addedAt: Instant;
  }
>;
export type WebhookMoved = Message<'WebhookMoved', { webhookId: WebhookId; url: SealedValueId }>;
export type WebhookEventsChosen = Message<
  'WebhookEventsChosen',
  { webhookId: WebhookId; eventTypes: readonly WebhookEventType[] }
>;
/** Messages are signed with both secrets until the former one ends. */
export type WebhookSecretRotated = Message<
  'WebhookSecretRotated',
  { webhookId: WebhookId; secret: SealedValueId; formerEndsAt: Instant }
>;
export type WebhookDisabled = Message<
  'WebhookDisabled',
  { webhookId: WebhookId; reason: DisablingReason; disabledAt: Instant }
>;
export type WebhookEnabled = Message<'WebhookEnabled', { webhookId: WebhookId }>;
export type WebhookRemoved = Message<'WebhookRemoved', { webhookId: WebhookId }>;
/** The owner's account was erased. They add no webhook again. */
export type WebhooksErased = Message<'WebhooksErased', { erasedAt: Instant }>;

export type WebhookEvent =
  | WebhookAdded
  | WebhookMoved
  | WebhookEventsChosen
  | WebhookSecretRotated
  | WebhookDisabled
  | WebhookEnabled
  | WebhookRemoved
  | WebhooksErased;
