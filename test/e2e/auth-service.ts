import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { newId } from '@lego-moc/application/new-id';
import type { TestPlatform } from './platform.ts';

export type Posting = {
  readonly id?: string;
  /** Seconds by which the sender's clock is ahead. */
  readonly aheadS?: number;
  /** The body that arrives, when it differs from the signed one. */
  readonly arrives?: string;
  readonly secret?: string;
};

/** Sends a webhook as the Auth Service does, with the secret that it shares with the platform, or with another one. */
export const webhooksTo =
  ({ url, dataDir }: Pick<TestPlatform, 'url' | 'dataDir'>) =>
  (event: object | string, { id = newId(), aheadS = 0, arrives, secret }: Posting = {}): Promise<Response> => {
    const body = typeof event === 'string' ? event : JSON.stringify(event);
    const key = secret ?? readFileSync(join(dataDir, 'keys', 'profile.identity-webhook-secret'), 'utf8');
    const timestamp = String(Math.floor(Date.now() / 1_000) + aheadS);
    const mac = createHmac('sha256', Buffer.from(key, 'base64')).update(`${id}.${timestamp}.${body}`).digest('base64');
    return fetch(`${url}/api/identity-events`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': timestamp,
        'webhook-signature': `v1,${mac}`,
      },
      body: arrives ?? body,
    });
  };

/** A user as the Auth Service lists them. */
export type ListedUser = {
  readonly userId: string;
  readonly email: string | null;
  readonly displayName?: string;
  readonly deleted?: boolean;
  readonly updatedAt: string;
};
