import { createHmac, timingSafeEqual } from 'node:crypto';
import { type Clock } from '@lego-moc/application/clock';
import { msBetween } from '@lego-moc/kernel/instant';
import type { Instant } from '@lego-moc/kernel/message';
import type { JudgeWebhook } from '../../application/ports/webhooks.ts';

/** As the Standard Webhooks recommend: enough for clocks that differ, too short to replay an old message. */
const TOLERANCE_MS = 5 * 60_000;

const SECRET_PREFIX = /^whsec_/;
/** As in the Standard Webhooks. A secret of no bytes would let anybody sign. */
const SECRET_BYTES_MIN = 24;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const VERSION = 'v1,';

const instantOf = (timestamp: string): Instant | undefined =>
  /^\d{1,11}$/.test(timestamp) ? (new Date(Number(timestamp) * 1_000).toISOString() as Instant) : undefined;

const sameBytes = (some: Buffer, other: Buffer): boolean =>
  some.length === other.length && timingSafeEqual(some, other);

const base64In = (secret: string): string => secret.replace(SECRET_PREFIX, '');

/** Whether a secret is base64 of at least 24 bytes, with or without `whsec_`. */
export const isWebhookSecret = (secret: string): boolean =>
  BASE64.test(base64In(secret)) && Buffer.byteLength(base64In(secret), 'base64') >= SECRET_BYTES_MIN;

/** The value of `webhook-signature` for a message. The secret is base64, with or without `whsec_`. */
export const webhookSignature = (secret: string, id: string, timestamp: string, body: Uint8Array): string => {
  const key = Buffer.from(base64In(secret), 'base64');
  const mac = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body);
  return VERSION + mac.digest('base64');
};

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
