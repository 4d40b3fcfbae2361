import { jitteredBackOffMs } from '@lego-moc/application/back-off';
import type { Clock } from '@lego-moc/application/clock';
import { newId } from '@lego-moc/application/new-id';
import type { UserId } from '@lego-moc/kernel/message';
import type { WebhookId } from '../../domain/webhook-events.ts';
import { webhookOf, type DisableWebhook, type Webhook } from '../../domain/webhooks.ts';
import type { Answer, Receivers, SignedMessage, TakeSlot } from '../ports/receivers.ts';
import type { SealedValues } from '../ports/sealed-values.ts';
import {
  TEST_TYPE,
  type Attempt,
  type Claim,
  type Delivery,
  type WebhookDeliveries,
} from '../ports/webhook-deliveries.ts';
import type { MessageContent } from './compose-message.ts';
import type { WebhooksOfUsers } from './webhooks-of-users.ts';

/** Of one message: at once when something short went wrong, hourly in the end. */
const RETRY_FROM_MS = 5_000;
const RETRY_TO_MS = 3_600_000;
/** Of all messages to one webhook while it fails: one of them tries whether it works again. */
const PAUSE_FROM_MS = 1_000;
const PAUSE_TO_MS = 600_000;
/** A receiver may ask for more patience, within the time that a message has. */
const RETRY_AFTER_MAX_MS = 86_400_000;
/** Without a success for so long a webhook is disabled. */
const FAILING_MAX_MS = 3 * 86_400_000;

/** Then other webhooks get a turn. Together with one slow answer, less than the claim lasts. */
const TURN_MS = 5_000;
const MESSAGES_PER_TURN = 50;

/** The values of a webhook that a message needs: where it goes, and what it is signed with. */
type Target = { readonly url: string; readonly secrets: readonly string[] };

export type DeliveryDependencies = {
  readonly deliveries: WebhookDeliveries;
  readonly webhooks: Pick<WebhooksOfUsers, 'latest' | 'disable'>;
  readonly values: Pick<SealedValues, 'find'>;
  readonly receivers: Receivers;
  readonly compose: (delivery: Delivery, webhook: Webhook) => Promise<MessageContent | undefined>;
  readonly sign: (id: string, body: string, secrets: readonly string[]) => SignedMessage;
  readonly now: Clock;
  readonly onAttempt: (outcome: 'delivered' | 'failed') => void;
};

const isSuccess = (status: number | null): boolean => status !== null && status >= 200 && status < 300;

const STATUS_GONE = 410;

const failureOf = ({ status, failure }: Answer): string | null => {
  if (failure !== null || isSuccess(status)) return failure;
  return status !== null && status >= 300 && status < 400 ? 'redirect' : 'status';
};

const targetOf = async (
  { values, now }: Pick<DeliveryDependencies, 'values' | 'now'>,
  { owner, url, secret, formerSecret }: Webhook,
): Promise<Target | undefined> => {
  const former = formerSecret !== null && formerSecret.endsAt > now() ? [formerSecret.id] : [];
  const [foundUrl, foundSecret, ...formers] = await Promise.all(
    [url, secret, ...former].map((id) => values.find(owner, id)),
  );
  if (foundUrl === undefined || foundSecret === undefined) return undefined;
  return { url: foundUrl, secrets: [foundSecret, ...formers.filter((value) => value !== undefined)] };
};

const giveUp = async (
  { webhooks, deliveries }: Pick<DeliveryDependencies, 'webhooks' | 'deliveries'>,
  { owner, webhookId, generation }: { owner: UserId; webhookId: WebhookId; generation: number },
  reason: DisableWebhook['data']['reason'],
): Promise<void> => {
  const cause = { commandId: newId(), correlationId: newId(), actor: 'webhooks' };
  await webhooks.disable(owner, { webhookId, reason, generation }, cause);
  await deliveries.miss(webhookId);
};

/** Records what came of an attempt. Returns whether the next message may follow. */
const recordAnswer = async (
  dependencies: DeliveryDependencies,
  { delivery, generation, failures }: { delivery: Delivery; generation: number; failures: number },
  answer: Answer,
): Promise<boolean> => {
  const { deliveries, onAttempt } = dependencies;
  const attempt: Attempt = { status: answer.status, durationMs: answer.durationMs, failure: failureOf(answer) };
  if (isSuccess(answer.status)) {
    await deliveries.recordSuccess(delivery, attempt);
    onAttempt('delivered');
    return true;
  }
  const isGone = answer.status === STATUS_GONE;
  const askedMs = Math.min(answer.retryAfterMs ?? 0, RETRY_AFTER_MAX_MS);
  const backOffMs = jitteredBackOffMs(delivery.attempts + 1, RETRY_FROM_MS, RETRY_TO_MS);
  const failingMs = await deliveries.recordFailure(delivery, attempt, {
    retryMs: delivery.type === TEST_TYPE || isGone ? null : Math.max(backOffMs, askedMs),
    pauseMs: Math.max(jitteredBackOffMs(failures + 1, PAUSE_FROM_MS, PAUSE_TO_MS), askedMs),
    generation,
  });
  onAttempt('failed');
  const { owner, webhookId } = delivery;
  if (delivery.type === TEST_TYPE) return true;
  if (isGone) await giveUp(dependencies, { owner, webhookId, generation }, 'receiver-gone');
  else if (failingMs >= FAILING_MAX_MS) await giveUp(dependencies, { owner, webhookId, generation }, 'failing');
  return false;
};

const UNREADABLE: Answer = { status: null, failure: 'unreadable', durationMs: 0, retryAfterMs: null };

/** What a message is made of cannot be read: its own failure, and no reason to keep the others waiting. */
const unlessOutage = (error: unknown): 'unreadable' => {
  if (error instanceof Error && 'outage' in error) throw error;
  return 'unreadable';
};

/** Without a URL or a secret nothing can be sent, not even a test. */
const failTests = async ({ deliveries }: DeliveryDependencies, { webhookId, generation }: Claim): Promise<void> => {
  const attempt = { status: null, failure: 'sealed-value-lost', durationMs: 0 };
  for (;;) {
    const test = await deliveries.next(webhookId);
    if (test === undefined) return;
    await deliveries.recordFailure(test, attempt, { retryMs: null, pauseMs: 0, generation });
  }
};

type Turn = {
  readonly claim: Claim;
  readonly webhook: Webhook;
  readonly target: Target;
  readonly takeSlot: TakeSlot;
  readonly signal: AbortSignal;
};

/**
 * Delivers due messages one after the other, until one fails or the turn is over. Returns the destination that the next one
 * has to wait for, if it has to.
 */
const deliverInTurn = async (
  dependencies: DeliveryDependencies,
  { claim, webhook, target, takeSlot, signal }: Turn,
): Promise<string | undefined> => {
  const { deliveries, receivers, compose, sign } = dependencies;
  const { generation } = webhook;
  const failures = claim.generation === generation ? claim.failures : 0;
  const until = performance.now() + TURN_MS;
  for (let count = 0; count < MESSAGES_PER_TURN && performance.now() < until && !signal.aborted; count += 1) {
    const delivery = await deliveries.next(claim.webhookId);
    if (delivery === undefined) return undefined;
    const message = await compose(delivery, webhook).catch(unlessOutage);
    if (message === undefined) {
      await deliveries.drop(delivery.deliveryId);
      continue;
    }
    const signMessage = (): SignedMessage => sign(delivery.deliveryId, JSON.stringify(message), target.secrets);
    const answer =
      message === 'unreadable' ? UNREADABLE : await receivers.post(target.url, signMessage(), { signal, takeSlot });
    if ('busy' in answer) return answer.busy;
    if (!(await recordAnswer(dependencies, { delivery, generation, failures }, answer))) return undefined;
  }
  return undefined;
};

/**
 * Delivers the due messages of a claimed webhook, unless its destination has no slot. A process that dies on the way has
 * recorded nothing of the message it was at: whoever claims the webhook next sends that again, under the same id.
 */
export const deliverMessages =
  (dependencies: DeliveryDependencies) =>
  async (claim: Claim, takeSlot: TakeSlot, signal: AbortSignal): Promise<void> => {
    const { deliveries, webhooks, receivers } = dependencies;
    const { owner, webhookId } = claim;
    const webhook = webhookOf((await webhooks.latest(owner)).state, webhookId);
    if (webhook === undefined) return deliveries.forget(webhookId);
    const { generation } = webhook;
    if (claim.generation !== generation) await deliveries.forgive(webhookId, generation);
    const target = await targetOf(dependencies, webhook);
    if (target === undefined) {
      await giveUp(dependencies, { owner, webhookId, generation }, 'sealed-value-lost');
      await failTests(dependencies, claim);
      return deliveries.release(claim, null);
    }
    const destination = receivers.destinationOf(target.url);
    const leave = takeSlot(destination);
    let busy: string | undefined;
    try {
      if (webhook.disabled !== null) await deliveries.miss(webhookId);
      if (leave !== undefined) busy = await deliverInTurn(dependencies, { claim, webhook, target, takeSlot, signal });
    } catch (error) {
      // Otherwise an outage, and the claim is its pause.
      if (!signal.aborted) throw error;
    } finally {
      leave?.();
    }
    await deliveries.release(claim, busy ?? destination);
  };
