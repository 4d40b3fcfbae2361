import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { CommentId } from '../../domain/comment-events.ts';
import type { MocId } from '../../domain/moc-id.ts';
import type { WebhookEventType, WebhookId } from '../../domain/webhook-events.ts';
import type { Audience } from '../../domain/webhook-matters.ts';

/** Sent on demand, so that an owner can try a receiver. */
export const TEST_TYPE = 'webhook.test';

/** `missed`: not sent, because the webhook was disabled or had too many pending; it can be replayed. */
export const DELIVERY_STATES = ['pending', 'delivered', 'failed', 'missed'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

type Subscription = { readonly webhookId: WebhookId; readonly owner: UserId };

/** A message to one webhook: what it is about, and nothing of its content. */
export type Delivery = Subscription & {
  /** The `webhook-id` of the message. */
  readonly deliveryId: string;
  readonly type: WebhookEventType | typeof TEST_TYPE;
  readonly mocId: MocId | null;
  readonly commentId: CommentId | null;
  readonly audience: Audience;
  readonly announcement: bigint | null;
  readonly at: Instant;
  readonly attempts: number;
};
export type NewDelivery = Omit<Delivery, 'attempts'> & { readonly isMissed: boolean };

/** An attempt, without anything of the answer's body. */
export type Attempt = {
  readonly status: number | null;
  /** Why it failed, by a short name. */
  readonly failure: string | null;
  readonly durationMs: number;
};

/** A webhook whose messages this process delivers for now. */
export type Claim = Subscription & {
  readonly lease: string;
  /** Failures in a row. */
  readonly failures: number;
  /** Of the webhook to which they belong. */
  readonly generation: number;
};

export type LoggedDelivery = Pick<Delivery, 'deliveryId' | 'type' | 'mocId' | 'at' | 'attempts'> & {
  readonly number: bigint;
  readonly state: DeliveryState;
  readonly nextAttemptAt: Instant | null;
  readonly lastAttemptAt: Instant | null;
  readonly answerStatus: number | null;
  readonly durationMs: number | null;
  readonly failure: string | null;
};

type Page = {
  readonly limit: number;
  readonly before?: bigint | undefined;
  readonly state?: DeliveryState | undefined;
};

/** The messages that are to be delivered, and the log of those that were. */
export interface WebhookDeliveries {
  /** Adds deliveries; one that is there already stays as it is. All or nothing. */
  queue(deliveries: readonly NewDelivery[]): Promise<void>;
  /** Claims a webhook with a due message for twenty seconds, except of these owners and destinations. */
  claim(busy: {
    readonly owners: readonly string[];
    readonly destinations: readonly string[];
  }): Promise<Claim | undefined>;
  /** Gives a webhook back; it is due again with its next message. Does nothing once the claim has lapsed. */
  release(claim: Claim, destination: string | null): Promise<void>;
  /** The first message of a webhook that is due, in the order in which they were queued. */
  next(webhookId: WebhookId): Promise<Delivery | undefined>;
  recordSuccess(delivery: Delivery, attempt: Attempt): Promise<void>;
  /**
   * Records a failure: the message is due again in `retryMs`, or has failed for good when `retryMs` is null or its time is
   * over. The webhook rests for `pauseMs`. Returns since how many milliseconds it has failed without a success.
   */
  recordFailure(
    delivery: Delivery,
    attempt: Attempt,
    again: { readonly retryMs: number | null; readonly pauseMs: number; readonly generation: number },
  ): Promise<number>;
  /** Forgets the failures of a webhook. */
  forgive(webhookId: WebhookId, generation: number): Promise<void>;
  /** Leaves the pending messages of a webhook for a replay; tests are still made. */
  miss(webhookId: WebhookId): Promise<void>;
  /** Removes one that its webhook's owner may not get, as if it had never been queued. */
  drop(deliveryId: string): Promise<void>;
  /** Removes everything of a webhook, or of a user. */
  forget(webhookId: WebhookId): Promise<void>;
  forgetAllOf(owner: UserId): Promise<void>;
  /** The log of a webhook, the newest first. */
  log(webhookId: WebhookId, page: Page): Promise<readonly LoggedDelivery[]>;
  /** Queues again from one message on, at most `limit` and in their order, those in one of the states. */
  replay(
    webhookId: WebhookId,
    from: string,
    options: { readonly states: readonly DeliveryState[]; readonly limit: number },
  ): Promise<{ readonly replayed: number; readonly next: string | null } | 'not-found' | 'too-many-pending'>;
  pendingTests(webhookId: WebhookId): Promise<number>;
  /** Removes what is older than the log goes back. */
  prune(): Promise<void>;
  /** For how many seconds the longest waiting webhook has been due. */
  oldestDueSeconds(): Promise<number>;
}
