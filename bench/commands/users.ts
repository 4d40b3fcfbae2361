import type { SigningKey } from '@lego-moc/auth-middleware/keys';
import { signUserContext, USER_CONTEXT_HEADER } from '@lego-moc/auth-middleware/user-context';
import { newId } from '@lego-moc/application/new-id';
import type { UserId } from '@lego-moc/kernel/message';
import { requestOf, type NextRequest, type Request } from '../measuring/load.ts';

export type BenchUser = {
  /** The headers that the gateway would add to one request of the user. */
  readonly headersFor: (method: string, path: string) => Readonly<Record<string, string>>;
};

/** Longer than the whole measurement; the gateway signs for 30 s. */
const TTL_S = 3_600;

export const newUsers = (count: number, key: SigningKey): readonly BenchUser[] =>
  Array.from({ length: count }, () => {
    const user = { id: newId() as UserId, email: 'builder@bench.test', roles: ['builder'] };
    const plain = { 'x-user-id': user.id, 'x-user-email': user.email, 'x-user-roles': 'builder' };
    return {
      headersFor: (method, path) => {
        const request = { method, path };
        const context = signUserContext(key, { user, audience: 'wishlist', request, ttlS: TTL_S });
        return { ...plain, [USER_CONTEXT_HEADER]: context };
      },
    };
  });

const WISH = {
  title: 'Harbour crane with a working winch',
  description: 'Seen at the exhibition in spring; the winch alone is worth it. '.repeat(3),
  productLink: 'https://shop.bench.test/sets/harbour-crane',
  category: 'Technic',
  priority: 'high',
  price: { amount: 12_999, currency: 'EUR' },
};

/** Takes users in rotation, so that no two requests in flight concern the same wishlist. */
const inTurn = (requests: readonly Request[]): NextRequest => {
  let turn = 0;
  return () => {
    const request = requests[turn % requests.length];
    turn += 1;
    if (request === undefined) throw new Error('There is nothing to ask');
    return request;
  };
};

/** Each user adds a wish, in rotation. */
export const adding = (users: readonly BenchUser[]): NextRequest =>
  inTurn(
    users.map(({ headersFor }) => {
      const request = { method: 'POST', path: '/v1/wishlist' };
      return requestOf({ ...request, headers: headersFor(request.method, request.path), body: WISH });
    }),
  );

const EDITS_DIFFERENT = 4;

/** Each user reorders a wish, in rotation, and never to the same place twice in a row. */
export const editing = (users: readonly BenchUser[], itemIds: readonly string[]): NextRequest => {
  const targets = users.map(({ headersFor }, index) => {
    const path = `/v1/wishlist/${itemIds[index] ?? ''}`;
    return { method: 'PATCH', path, headers: headersFor('PATCH', path) };
  });
  return inTurn(
    Array.from({ length: EDITS_DIFFERENT }, (_, edit) =>
      targets.map((target) =>
        requestOf({
          ...target,
          body: { title: `Harbour crane, take ${edit}`, priority: edit % 2 === 0 ? 'low' : 'high' },
        }),
      ),
    ).flat(),
  );
};

/** Adds one wish per user; returns the ids in the order of the users. */
export const firstWishes = async (port: number, users: readonly BenchUser[]): Promise<readonly string[]> => {
  const itemIds: string[] = [];
  for (const { headersFor } of users) {
    const reply = await fetch(`http://127.0.0.1:${port}/v1/wishlist`, {
      method: 'POST',
      headers: { ...headersFor('POST', '/v1/wishlist'), 'content-type': 'application/json' },
      body: JSON.stringify(WISH),
    });
    if (reply.status !== 201) throw new Error(`A first wish was answered ${reply.status}: ${await reply.text()}`);
    itemIds.push(((await reply.json()) as { itemId: string }).itemId);
  }
  return itemIds;
};
