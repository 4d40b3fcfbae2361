import { reject, unreachable, type Decider, type Decision } from '@lego-moc/kernel/decider';
import type { Instant, Message, UserId } from '@lego-moc/kernel/message';
import type {
  DisablingReason,
  SealedValueId,
  WebhookEvent,
  WebhookEventType,
  WebhookId,
  WebhookSubject,
} from './webhook-events.ts';

type At = { webhookId: WebhookId; at: Instant };

export type AddWebhook = Message<
  'AddWebhook',
  At & {
    by: UserId;
    subject: WebhookSubject;
    eventTypes: readonly WebhookEventType[];
    url: SealedValueId;
    secret: SealedValueId;
  }
>;
/** What its owner changes; what is left out stays. A webhook with a new URL is judged anew. */
export type ChangeWebhook = Message<
  'ChangeWebhook',
  At & { eventTypes?: readonly WebhookEventType[]; url?: SealedValueId; isActive?: boolean }
>;
export type RotateWebhookSecret = Message<'RotateWebhookSecret', At & { secret: SealedValueId; formerEndsAt: Instant }>;
/** `generation`: of the webhook whose deliveries were judged. One that its owner has changed since stays as it is. */
export type DisableWebhook = Message<
  'DisableWebhook',
  At & { reason: Exclude<DisablingReason, 'owner'>; generation: number }
>;
export type RemoveWebhook = Message<'RemoveWebhook', { webhookId: WebhookId }>;
export type EraseWebhooks = Message<'EraseWebhooks', { at: Instant }>;
export type WebhookCommand =
  AddWebhook | ChangeWebhook | RotateWebhookSecret | DisableWebhook | RemoveWebhook | EraseWebhooks;

export type WebhookRejection = 'webhook-not-found' | 'webhook-removed' | 'too-many-webhooks' | 'user-erased';

/** Of one user. More receivers than anybody needs, and few enough to be listed at once. */
export const WEBHOOKS_MAX = 10;

/** A client that repeats a request after a removal does so at once, not after many more. */
const REMOVED_IDS_MAX = 50;

export type Webhook = {
  readonly owner: UserId;
  readonly subject: WebhookSubject;
  readonly eventTypes: readonly WebhookEventType[];
  readonly url: SealedValueId;
  readonly secret: SealedValueId;
  /** The secret before, and until when messages are signed with it, too. */
  readonly formerSecret: { readonly id: SealedValueId; readonly endsAt: Instant } | null;
  readonly addedAt: Instant;
  /** Null while it is active. */
  readonly disabled: { readonly reason: DisablingReason; readonly at: Instant } | null;
  /** Counts the times when its owner moved or enabled it: what was found out before counts no more. */
  readonly generation: number;
};

/** All webhooks of one user. */
export type Webhooks = {
  readonly byId: Readonly<Record<WebhookId, Webhook>>;
  readonly removed: readonly WebhookId[];
  readonly erased: boolean;
};

type WebhookDecision = Decision<WebhookEvent, WebhookRejection>;

const NO_WEBHOOKS: Webhooks = { byId: {}, removed: [], erased: false };

const notFound = reject('webhook-not-found', 'There is no such webhook.');

/** The webhook of this id, if the user has it. */
export const webhookOf = ({ byId }: Webhooks, webhookId: WebhookId): Webhook | undefined =>
  Object.hasOwn(byId, webhookId) ? byId[webhookId] : undefined;

const add = ({ data }: AddWebhook, webhooks: Webhooks): WebhookDecision => {
  const { webhookId, by: owner, subject, eventTypes, url, secret, at: addedAt } = data;
  if (webhooks.erased) return reject('user-erased', 'This account was erased.');
  if (webhooks.removed.includes(webhookId)) return reject('webhook-removed', 'The webhook was removed meanwhile.');
  if (webhookOf(webhooks, webhookId) !== undefined) return [];
  if (Object.keys(webhooks.byId).length >= WEBHOOKS_MAX)
    return reject('too-many-webhooks', `At most ${String(WEBHOOKS_MAX)} webhooks; delete one first.`, {
      limit: WEBHOOKS_MAX,
    });
  return [{ type: 'WebhookAdded', data: { webhookId, owner, subject, eventTypes, url, secret, addedAt } }];
};

const sameTypes = (some: readonly WebhookEventType[], other: readonly WebhookEventType[]): boolean =>
  some.length === other.length && some.every((type) => other.includes(type));

const activate = (webhookId: WebhookId, { disabled }: Webhook, isActive: boolean, at: Instant): WebhookEvent[] => {
  if (isActive) return disabled === null ? [] : [{ type: 'WebhookEnabled', data: { webhookId } }];
  return disabled === null ? [{ type: 'WebhookDisabled', data: { webhookId, reason: 'owner', disabledAt: at } }] : [];
};

const change = ({ data }: ChangeWebhook, webhook: Webhook): WebhookDecision => {
  const { webhookId, eventTypes, url, isActive, at } = data;
  const moveEvents: WebhookEvent[] =
    url === undefined || url === webhook.url ? [] : [{ type: 'WebhookMoved', data: { webhookId, url } }];
  const choiceEvents: WebhookEvent[] =
    eventTypes === undefined || sameTypes(eventTypes, webhook.eventTypes)
      ? []
      : [{ type: 'WebhookEventsChosen', data: { webhookId, eventTypes } }];
  return [
    ...moveEvents,
    ...choiceEvents,
    ...(isActive === undefined ? [] : activate(webhookId, webhook, isActive, at)),
  ];
};

const rotate = ({ data }: RotateWebhookSecret, webhook: Webhook): WebhookDecision => {
  const { webhookId, secret, formerEndsAt } = data;
  const isKnown = secret === webhook.secret || secret === webhook.formerSecret?.id;
  return isKnown ? [] : [{ type: 'WebhookSecretRotated', data: { webhookId, secret, formerEndsAt } }];
};

const disable = ({ data }: DisableWebhook, webhook: Webhook | undefined): WebhookDecision => {
  const { webhookId, reason, generation, at: disabledAt } = data;
  if (webhook === undefined || webhook.disabled !== null || webhook.generation !== generation) return [];
  return [{ type: 'WebhookDisabled', data: { webhookId, reason, disabledAt } }];
};

const remove = ({ data: { webhookId } }: RemoveWebhook, webhooks: Webhooks): WebhookDecision => {
  if (webhookOf(webhooks, webhookId) !== undefined) return [{ type: 'WebhookRemoved', data: { webhookId } }];
  return webhooks.removed.includes(webhookId) ? [] : notFound;
};

const decide = (command: WebhookCommand, webhooks: Webhooks): WebhookDecision => {
  switch (command.type) {
    case 'AddWebhook':
      return add(command, webhooks);
    case 'RemoveWebhook':
      return remove(command, webhooks);
    case 'DisableWebhook':
      return disable(command, webhookOf(webhooks, command.data.webhookId));
    case 'EraseWebhooks':
      return webhooks.erased ? [] : [{ type: 'WebhooksErased', data: { erasedAt: command.data.at } }];
    case 'ChangeWebhook':
    case 'RotateWebhookSecret': {
      const webhook = webhookOf(webhooks, command.data.webhookId);
      if (webhook === undefined) return notFound;
      return command.type === 'ChangeWebhook' ? change(command, webhook) : rotate(command, webhook);
    }
    default:
      return unreachable(command);
  }
};

type ChangeEvent = Exclude<WebhookEvent, { type: 'WebhookAdded' | 'WebhookRemoved' | 'WebhooksErased' }>;

const evolveOne = (webhook: Webhook, event: ChangeEvent): Webhook => {
  switch (event.type) {
    case 'WebhookMoved':
      return { ...webhook, url: event.data.url, generation: webhook.generation + 1 };
    case 'WebhookEventsChosen':
      return { ...webhook, eventTypes: event.data.eventTypes };
    case 'WebhookSecretRotated': {
      const { secret, formerEndsAt: endsAt } = event.data;
      return { ...webhook, secret, formerSecret: { id: webhook.secret, endsAt } };
    }
    case 'WebhookDisabled':
      return { ...webhook, disabled: { reason: event.data.reason, at: event.data.disabledAt } };
    case 'WebhookEnabled':
      return { ...webhook, disabled: null, generation: webhook.generation + 1 };
    default:
      return unreachable(event);
  }
};

const evolve = (webhooks: Webhooks, event: WebhookEvent): Webhooks => {
  if (event.type === 'WebhooksErased') return { ...NO_WEBHOOKS, erased: true };
  const { webhookId } = event.data;
  if (event.type === 'WebhookAdded') {
    const { owner, subject, eventTypes, url, secret, addedAt } = event.data;
    const fresh = { formerSecret: null, disabled: null, generation: 0 };
    const webhook: Webhook = { owner, subject, eventTypes, url, secret, addedAt, ...fresh };
    return { ...webhooks, byId: { ...webhooks.byId, [webhookId]: webhook } };
  }
  const webhook = webhookOf(webhooks, webhookId);
  if (webhook === undefined) return webhooks;
  if (event.type === 'WebhookRemoved') {
    const rest = Object.entries(webhooks.byId).filter(([id]) => id !== webhookId);
    const removedIds = [webhookId, ...webhooks.removed].slice(0, REMOVED_IDS_MAX);
    return { ...webhooks, byId: Object.fromEntries(rest), removed: removedIds };
  }
  return { ...webhooks, byId: { ...webhooks.byId, [webhookId]: evolveOne(webhook, event) } };
};

/** One stream for all webhooks of a user: limit and erasure are decided where the webhooks are. */
export const webhooksDecider: Decider<WebhookCommand, Webhooks, WebhookEvent, WebhookRejection> = {
  initial: NO_WEBHOOKS,
  decide,
  evolve,
};
