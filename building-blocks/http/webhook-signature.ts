import { createHmac } from 'node:crypto';

const SECRET_PREFIX = /^whsec_/;
/** As in the Standard Webhooks. A secret of no bytes would let anybody sign. */
const SECRET_BYTES_MIN = 24;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** What a signature begins with. */
export const VERSION = 'v1,';

const base64In = (secret: string): string => secret.replace(SECRET_PREFIX, '');

/** Whether a secret is base64 of at least 24 bytes, with or without `whsec_`. */
export const isWebhookSecret = (secret: string): boolean =>
  BASE64.test(base64In(secret)) && Buffer.byteLength(base64In(secret), 'base64') >= SECRET_BYTES_MIN;

/**
 * The value of `webhook-signature` for a message, as Standard Webhooks specifies. The secret is base64, with or without
 * `whsec_`.
 */
export const webhookSignature = (secret: string, id: string, timestamp: string, body: Uint8Array): string => {
  const key = Buffer.from(base64In(secret), 'base64');
  const mac = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body);
  return VERSION + mac.digest('base64');
};
