import { timingSafeEqual } from 'node:crypto';
import { type Clock } from '@lego-moc/application/clock';
import { isWebhookSecret, VERSION, webhookSignature } from '@lego-moc/http/webhook-signature';
import { msBetween } from '@lego-moc/kernel/instant';
import type { Instant } from '@lego-moc/kernel/message';
import type { JudgeWebhook } from '../../application/ports/webhooks.ts';

/** As the Standard Webhooks recommend: enough for clocks that differ, too short to replay an old message. */
const TOLERANCE_MS = 5 * 60_000;

const instantOf = (timestamp: string): Instant | undefined =>
  /^\d{1,11}$/.test(timestamp) ? (new Date(Number(timestamp) * 1_000).toISOString() as Instant) : undefined;

const sameBytes = (some: Buffer, other: Buffer): boolean =>
  some.length === other.length && timingSafeEqual(some, other);

/**
 * Any of the secrets is accepted, so that a secret can be rotated; a message may carry several signatures as well.
 * Throws on a secret that `isWebhookSecret` denies.
 */
export const signedWebhooks = (secrets: readonly string[], now: Clock): JudgeWebhook => {
  if (!secrets.every(isWebhookSecret)) throw new Error('A webhook secret is at least 24 bytes in base64');
  return ({ id, timestamp, signature }, body) => {
    if (id === undefined || timestamp === undefined || signature === undefined) return 'unsigned';
    const signatures = signature.split(' ').filter((part) => part.startsWith(VERSION));
    const right = secrets.map((secret) => Buffer.from(webhookSignature(secret, id, timestamp, body)));
    if (!signatures.some((candidate) => right.some((expected) => sameBytes(Buffer.from(candidate), expected))))
      return 'forged';
    const sentAt = instantOf(timestamp);
    return sentAt !== undefined && Math.abs(msBetween(sentAt, now())) <= TOLERANCE_MS ? 'genuine' : 'expired';
  };
};
