import type { Clock } from '@lego-moc/application/clock';
import type { Acceptance, Outcome } from '@lego-moc/application/command-handler';
import type { Cause, EventStreams, Revision } from '@lego-moc/application/event-streams';
import { foldedStates } from '@lego-moc/application/folded-states';
import type { FoldedState } from '@lego-moc/application/state-cache';
import { isRejection, reject, type Rejection } from '@lego-moc/kernel/decider';
import { derivedId } from '@lego-moc/kernel/ids';
import { after } from '@lego-moc/kernel/instant';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import type {
  SealedValueId,
  WebhookEvent,
  WebhookEventType,
  WebhookId,
  WebhookSubject,
} from '../../domain/webhook-events.ts';
import {
  webhookOf,
  webhooksDecider,
  type DisableWebhook,
  type Webhook,
  type WebhookRejection,
  type Webhooks,
} from '../../domain/webhooks.ts';
import type { SealedValues } from '../ports/sealed-values.ts';
import type { WebhookDeliveries } from '../ports/webhook-deliveries.ts';

/** Long enough to bring the new secret to every receiver, whoever is on duty. */
const FORMER_SECRET_MS = 86_400_000;

export type NewWebhook = {
  readonly url: string;
  readonly subject: WebhookSubject;
  readonly eventTypes: readonly WebhookEventType[];
};
export type WebhookChange = Partial<Pick<NewWebhook, 'url' | 'eventTypes'>> & { readonly isActive?: boolean };

/** A webhook as its owner sees it. The URL is null when it was lost. */
export type ShownWebhook = { readonly webhookId: WebhookId; readonly url: string | null; readonly webhook: Webhook };

export type WithSecret = Acceptance & { readonly webhookId: WebhookId; readonly secret: string };
type AddRejection = Rejection<WebhookRejection | 'idempotency-key-reused'>;

export type WebhooksOfUsers = {
  /** Its id follows from the cause: a repetition gets the same webhook with the same secret. */
  readonly add: (user: UserId, webhook: NewWebhook, cause: Cause) => Promise<WithSecret | AddRejection>;
  readonly change: (
    user: UserId,
    webhookId: WebhookId,
    change: WebhookChange,
    cause: Cause,
    expected?: Revision,
  ) => Promise<Outcome<WebhookRejection>>;
  /** Messages are signed with both secrets for a day. A repetition gets the same secret. */
  readonly rotate: (
    user: UserId,
    webhookId: WebhookId,
    cause: Cause,
  ) => Promise<(WithSecret & { readonly formerEndsAt: Instant | null }) | Rejection<WebhookRejection>>;
  readonly remove: (user: UserId, webhookId: WebhookId, cause: Cause) => Promise<Outcome<WebhookRejection>>;
  readonly disable: (user: UserId, data: Omit<DisableWebhook['data'], 'at'>, cause: Cause) => Promise<void>;
  readonly latest: (user: UserId) => Promise<FoldedState<Webhooks>>;
  /** All of a user's, the oldest first. */
  readonly of: (user: UserId) => Promise<readonly ShownWebhook[]>;
  /** Permanently erases a user's webhooks with their URLs and secrets. Idempotent. */
  readonly erase: (user: UserId, at: Instant, cause: Cause) => Promise<void>;
};

/** The id of the stream of a user's webhooks; the user id cannot be read from it. */
export const webhooksId = (user: UserId): string => derivedId('webhooks', user);

const valueId = (name: 'url' | 'secret', { commandId }: Cause): SealedValueId =>
  derivedId(`webhook ${name}`, commandId) as SealedValueId;

const isSame = ({ subject, eventTypes }: Webhook, request: NewWebhook): boolean =>
  JSON.stringify([subject, eventTypes.toSorted()]) === JSON.stringify([request.subject, request.eventTypes.toSorted()]);

const reusedKey = reject(
  'idempotency-key-reused',
  'This Idempotency-Key was used for another request, or the webhook was changed since.',
);
const notFound = reject('webhook-not-found', 'There is no such webhook.');

type Dependencies = {
  readonly streams: EventStreams<WebhookEvent>;
  readonly values: SealedValues;
  readonly deliveries: Pick<WebhookDeliveries, 'forget' | 'forgetAllOf'>;
  /** A fresh secret in the form of Standard Webhooks. */
  readonly newSecret: () => string;
  readonly now: Clock;
};

const adding =
  (
    { values, newSecret, now }: Dependencies,
    { handle, latest }: Pick<ReturnType<typeof statesOn>, 'handle' | 'latest'>,
  ): WebhooksOfUsers['add'] =>
  async (user, request, cause) => {
    const webhookId = derivedId('webhook', cause.commandId) as WebhookId;
    const ids = { url: valueId('url', cause), secret: valueId('secret', cause) };
    const existing = webhookOf((await latest(webhooksId(user))).state, webhookId);
    if (existing !== undefined && (existing.url !== ids.url || existing.secret !== ids.secret)) return reusedKey;
    // Kept before they are named, so that no webhook is ever without them; the sweep removes what was named by none.
    const url = await values.put(user, ids.url, request.url);
    const secret = await values.put(user, ids.secret, newSecret());
    if (url !== request.url || (existing !== undefined && !isSame(existing, request))) return reusedKey;
    const { subject, eventTypes } = request;
    const data = { webhookId, by: user, subject, eventTypes, ...ids, at: now() };
    const outcome = await handle(webhooksId(user), { type: 'AddWebhook', data }, cause);
    if (!isRejection<WebhookRejection>(outcome)) return { webhookId, secret, ...outcome };
    await values.remove([ids.url, ids.secret]);
    return outcome;
  };

const rotating =
  (
    { values, newSecret, now }: Dependencies,
    { handle, latest }: Pick<ReturnType<typeof statesOn>, 'handle' | 'latest'>,
  ): WebhooksOfUsers['rotate'] =>
  async (user, webhookId, cause) => {
    const id = webhooksId(user);
    const before = webhookOf((await latest(id)).state, webhookId);
    if (before === undefined) return notFound;
    const secretId = valueId('secret', cause);
    const secret = await values.put(user, secretId, newSecret());
    const at = now();
    const data = { webhookId, secret: secretId, formerEndsAt: after(at, FORMER_SECRET_MS), at };
    const outcome = await handle(id, { type: 'RotateWebhookSecret', data }, cause);
    if (isRejection<WebhookRejection>(outcome)) {
      await values.remove([secretId]);
      return outcome;
    }
    const webhook = webhookOf((await latest(id)).state, webhookId);
    const neededIds = new Set([webhook?.secret, webhook?.formerSecret?.id]);
    const oldest = before.formerSecret?.id;
    if (oldest !== undefined && !neededIds.has(oldest)) await values.remove([oldest]);
    return { webhookId, secret, formerEndsAt: webhook?.formerSecret?.endsAt ?? null, ...outcome };
  };

const statesOn = (streams: EventStreams<WebhookEvent>) => foldedStates(webhooksDecider, streams);

/** Who wants to learn what, and where. */
export const webhooksOfUsers = (dependencies: Dependencies): WebhooksOfUsers => {
  const { streams, values, deliveries, now } = dependencies;
  const states = statesOn(streams);
  const latest = (user: UserId) => states.latest(webhooksId(user));

  return {
    latest,
    add: adding(dependencies, states),
    rotate: rotating(dependencies, states),

    change: async (user, webhookId, { url, ...change }, cause, expected) => {
      const before = webhookOf((await latest(user)).state, webhookId);
      if (before === undefined) return notFound;
      const isMoved = url !== undefined && url !== (await values.find(user, before.url));
      const urlId = valueId('url', cause);
      if (isMoved) await values.put(user, urlId, url);
      const data = { webhookId, ...change, ...(isMoved ? { url: urlId } : {}), at: now() };
      const outcome = await states.handle(webhooksId(user), { type: 'ChangeWebhook', data }, cause, expected);
      if (isMoved && before.url !== urlId) await values.remove([isRejection(outcome) ? urlId : before.url]);
      return outcome;
    },

    remove: async (user, webhookId, cause) => {
      const webhook = webhookOf((await latest(user)).state, webhookId);
      const outcome = await states.handle(webhooksId(user), { type: 'RemoveWebhook', data: { webhookId } }, cause);
      if (isRejection(outcome)) return outcome;
      if (webhook !== undefined) await values.remove(valuesOf(webhook));
      await deliveries.forget(webhookId);
      return outcome;
    },

    disable: async (user, data, cause) => {
      await states.handle(webhooksId(user), { type: 'DisableWebhook', data: { ...data, at: now() } }, cause);
    },

    of: async (user) => {
      const { byId } = (await latest(user)).state;
      const replies = Object.entries(byId).map(async ([webhookId, webhook]) => {
        const url = (await values.find(user, webhook.url)) ?? null;
        return { webhookId: webhookId as WebhookId, url, webhook };
      });
      return (await Promise.all(replies)).toSorted((some, other) =>
        some.webhook.addedAt < other.webhook.addedAt ? -1 : 1,
      );
    },

    erase: async (user, at, cause) => {
      await states.handle(webhooksId(user), { type: 'EraseWebhooks', data: { at } }, cause);
      await values.removeAllOf(user);
      await deliveries.forgetAllOf(user);
    },
  };
};

/** The sealed values that a webhook names. */
export const valuesOf = ({ url, secret, formerSecret }: Webhook): readonly SealedValueId[] => [
  url,
  secret,
  ...(formerSecret === null ? [] : [formerSecret.id]),
];

const SWEPT_AT_ONCE = 500;

/** Removes values that no webhook names: of changes that broke off, or that an erasure overtook. */
export const sweepSealedValues =
  (values: SealedValues, latest: WebhooksOfUsers['latest']) => async (): Promise<void> => {
    let last: SealedValueId | undefined;
    do {
      const page = await values.old(SWEPT_AT_ONCE, last);
      for (const owner of new Set(page.map((value) => value.owner))) {
        const neededIds = new Set(Object.values((await latest(owner)).state.byId).flatMap(valuesOf));
        await values.remove(
          page.filter((value) => value.owner === owner && !neededIds.has(value.id)).map(({ id }) => id),
        );
      }
      last = page.length < SWEPT_AT_ONCE ? undefined : page.at(-1)?.id;
    } while (last !== undefined);
  };
