import type { Clock } from '@lego-moc/application/clock';
import { webhookSignature } from '@lego-moc/http/webhook-signature';
import type { SignedMessage } from '../../application/ports/receivers.ts';

/** Signs a message as Standard Webhooks specifies, with each of the secrets. */
export const signMessage =
  (now: Clock) =>
  (id: string, body: string, secrets: readonly string[]): SignedMessage => {
    const timestamp = String(Math.floor(Date.parse(now()) / 1_000));
    const signatures = secrets.map((secret) => webhookSignature(secret, id, timestamp, Buffer.from(body)));
    return {
      body,
      headers: {
        'content-type': 'application/json',
        'user-agent': 'lego-moc-webhooks/1',
        'webhook-id': id,
        'webhook-timestamp': timestamp,
        'webhook-signature': signatures.join(' '),
      },
    };
  };
