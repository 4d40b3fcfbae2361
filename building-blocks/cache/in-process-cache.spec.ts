import { expect } from 'chai';
import { cacheContract } from './cache.contract.ts';
import { inProcessCache } from './in-process-cache.ts';

cacheContract('this process', () => Promise.resolve(inProcessCache()));

describe('a full in-process cache', () => {
  it('evicts the least recently used key', async () => {
    const cache = inProcessCache(2);
    await cache.set('a', 1, 60_000);
    await cache.set('b', 2, 60_000);
    await cache.get('a');
    await cache.set('c', 3, 60_000);
    expect([await cache.get('a'), await cache.get('b'), await cache.get('c')]).to.deep.equal([1, undefined, 3]);
  });
});
