import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { newId } from '@lego-moc/kernel/ids';
import { closeAfterAllTests } from '@lego-moc/testing/mocha-hooks';
import type { TestPlatform } from './platform.ts';

export type Posting = {
  readonly id?: string;
  /** Seconds by which the sender's clock is ahead. */
  readonly aheadS?: number;
  /** What arrives, when it is not what was signed. */
  readonly arrives?: string;
  readonly secret?: string;
};

/** What the Auth Service tells, with the secret that it shares with the platform, or with another one. */
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

export type Listed = {
  readonly userId: string;
  readonly email: string | null;
  readonly displayName?: string;
  readonly deleted?: boolean;
  readonly updatedAt: string;
};

/** An Auth Service that lists these users, a page each time it is asked, once `gate` of the page is open. */
export const listingUsers = async (
  pages: readonly (readonly Listed[])[],
  gate: (page: number) => Promise<void> = () => Promise.resolve(),
): Promise<string> => {
  const server = createServer((request, response) => {
    const page = Number(new URL(request.url ?? '', 'http://listing').searchParams.get('cursor') ?? 0);
    void gate(page).then(() => {
      const nextCursor = page + 1 < pages.length ? String(page + 1) : null;
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ users: pages[page], nextCursor }));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closeAfterAllTests(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
};
