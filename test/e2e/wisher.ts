import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import type { z } from 'zod';
import { pollUntil } from '@lego-moc/application/poll-until';
import {
  debouncedReorderReply,
  itemReply,
  listReply,
  reorderStatusReply,
  type ItemReply,
} from '@lego-moc/wishlist/contracts/http-api';
import { apiAs, type Api } from './api.ts';
import type { TestPlatform } from './platform.ts';

type ListReply = z.infer<typeof listReply>;
type DebouncedReorderReply = z.infer<typeof debouncedReorderReply>;
type ReorderStatusReply = z.infer<typeof reorderStatusReply>;

/** A new builder with a wishlist. Each helper throws unless its request succeeds. */
export type Wisher = {
  readonly ask: Api;
  readonly wish: (title: string, more?: object) => Promise<ItemReply>;
  /** The ids of three wishes: a, b and c. */
  readonly three: () => Promise<[string, string, string]>;
  readonly read: (path: string) => Promise<ItemReply>;
  /** Includes the last write. */
  readonly list: (query?: string) => Promise<ListReply>;
  readonly titles: (query?: string) => Promise<readonly string[]>;
  readonly propose: (order: readonly string[], requestId?: string) => Promise<DebouncedReorderReply>;
  readonly reorderStatus: () => Promise<ReorderStatusReply>;
  readonly untilSettled: (requestId: string) => Promise<ReorderStatusReply>;
};

export const newWisher = (platform: TestPlatform): Wisher => {
  const ask = apiAs(platform, `wisher-${randomUUID()}`);

  const wish: Wisher['wish'] = async (title, more = {}) => {
    const { status, body } = await ask('POST', '/api/wishlist', { title, ...more });
    expect(status, JSON.stringify(body)).to.equal(201);
    return itemReply.parse(body);
  };
  const list: Wisher['list'] = async (query = '') => {
    const { headers } = await ask('PUT', '/api/wishlist/order', { order: [] });
    const revision = headers.get('etag')?.replaceAll('"', '') ?? '0';
    return listReply.parse((await ask('GET', `/api/wishlist?atLeastRevision=${revision}${query}`)).body);
  };
  const reorderStatus = async (): Promise<ReorderStatusReply> =>
    reorderStatusReply.parse((await ask('GET', '/api/wishlist/reorder/status')).body);

  return {
    ask,
    wish,
    three: async () => {
      const [a, b, c] = [await wish('a'), await wish('b'), await wish('c')];
      return [a.itemId, b.itemId, c.itemId];
    },
    read: async (path) => itemReply.parse((await ask('GET', path)).body),
    list,
    titles: async (query) => (await list(query)).items.map(({ title }) => title),
    propose: async (order, requestId) => {
      const reply = await ask('POST', '/api/wishlist/reorder/debounced', { order, requestId });
      expect(reply.status, JSON.stringify(reply.body)).to.equal(202);
      expect(reply.headers.get('location')).to.equal('/v1/wishlist/reorder/status');
      return debouncedReorderReply.parse(reply.body);
    },
    reorderStatus,
    untilSettled: (requestId) =>
      pollUntil(
        `the order ${requestId}`,
        reorderStatus,
        (reply) => reply.status === 'settled' && reply.requestId === requestId,
      ),
  };
};
