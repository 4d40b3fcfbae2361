import { join } from 'node:path';
import { Verifier } from '@pact-foundation/pact';
import { signUserContext } from '@lego-moc/auth-middleware/user-context';
import { contextKeys } from '../../gateway/context-keys.ts';
import { newId } from '@lego-moc/kernel/ids';
import type { UserId } from '@lego-moc/kernel/message';
import { silentLogger } from '@lego-moc/logger/logger';
import { sharedPlatform } from '../e2e/platform.ts';
import { KNOWN_ITEM } from './gateway-wishlist.ts';
import { pactPath } from './providers.ts';

/** The real service, asked directly, as the gateway asks it: with contexts signed by the gateway's key. */
describe('the wishlist as the gateway was promised', function () {
  this.timeout(120_000);

  it('keeps its contract', async () => {
    const { dataDir, ports } = await sharedPlatform();
    const keys = await contextKeys({
      path: join(dataDir, 'keys/gateway.jwks.json'),
      rotateEveryMs: 3_600_000,
      logger: silentLogger,
    });
    const url = `http://127.0.0.1:${String(ports.get('wishlist'))}`;
    let user = newId() as UserId;
    let itemId = KNOWN_ITEM;

    const headers = async (): Promise<Record<string, string>> => ({
      'x-user-id': user,
      'x-user-context': await signUserContext(keys.current(), { user: { id: user, roles: [] }, audience: 'wishlist' }),
    });
    const anotherUser = (): Promise<void> => {
      user = newId() as UserId;
      return Promise.resolve();
    };

    try {
      await new Verifier({
        provider: 'wishlist',
        providerBaseUrl: url,
        pactUrls: [pactPath('wishlist')],
        logLevel: 'error',
        requestFilter: (request, _response, next) => {
          void headers().then((signed) => {
            for (const name of ['x-user-email', 'x-user-roles']) Reflect.deleteProperty(request.headers, name);
            Object.assign(request.headers, signed);
            request.url = request.url.replace(KNOWN_ITEM, itemId);
            next();
          });
        },
        stateHandlers: {
          'an empty wishlist': anotherUser,
          'an item on the wishlist': async () => {
            await anotherUser();
            const reply = await fetch(`${url}/v1/wishlist`, {
              method: 'POST',
              headers: { ...(await headers()), 'content-type': 'application/json' },
              body: JSON.stringify({ title: 'Galaxy Explorer', category: 'Space', priority: 'high' }),
            });
            ({ itemId } = (await reply.json()) as { itemId: string });
          },
        },
      }).verifyProvider();
    } finally {
      keys.stop();
    }
  });
});
