import { expect } from 'chai';
import { decodeJwt } from 'jose';
import { useFakeTimers } from 'sinon';
import { contextKeys } from './context-keys.ts';
import { memoizeWhileValid } from '@lego-moc/auth-middleware/memoize-while-valid';
import { contextSigner } from './signed-contexts.ts';
import { fakeUpstream, startGateway, type GatewayForTests } from '../testing/gateway-for-tests.ts';
import type { User } from '@lego-moc/http/caller';
import { silentLogger } from '@lego-moc/logger/logger';
import type { UserId } from '@lego-moc/kernel/message';

const HOUR_MS = 3_600_000;

describe('caching by a clock that jumps', () => {
  const noon = Date.parse('2026-01-01T12:00:00Z');
  let now = noon;
  let loads = 0;
  const open = (goodForMs: number) => {
    now = noon;
    loads = 0;
    return memoizeWhileValid(
      () => {
        loads += 1;
        return Promise.resolve(loads);
      },
      { entriesMax: 2, ageMaxMs: 600_000, validUntilMs: () => noon + goodForMs, now: () => now },
    );
  };
  const after = async (recall: (key: string) => number | Promise<number>, ms: number): Promise<number> => {
    now = noon + ms;
    return recall('k');
  };

  it('loads a value once while it is valid', async () => {
    const recall = open(60_000);
    await recall('k');

    expect(await after(recall, 59_999)).to.equal(1);
    expect(await after(recall, 60_000)).to.equal(2);
  });

  it('loads again when the clock jumps ahead', async () => {
    const recall = open(60_000);
    await recall('k');

    expect(await after(recall, HOUR_MS)).to.equal(2);
  });

  it('loads again when the clock is set back, and does not extend the remaining validity', async () => {
    const recall = open(60_000);
    await recall('k');

    expect(await after(recall, -HOUR_MS)).to.equal(2);
  });

  it('keeps nothing beyond its validity', async () => {
    const recall = open(24 * HOUR_MS);
    await recall('k');

    expect(await after(recall, 600_000)).to.equal(2);
  });

  it('does not cache failures', async () => {
    let fails = true;
    const recall = memoizeWhileValid(() => (fails ? Promise.reject(new Error('no')) : Promise.resolve('yes')), {
      entriesMax: 2,
      ageMaxMs: HOUR_MS,
      validUntilMs: () => Infinity,
    });
    await Promise.resolve(recall('k')).catch(() => undefined);
    fails = false;

    expect(await recall('k')).to.equal('yes');
  });

  it('evicts the oldest first when it is full', async () => {
    const recall = open(60_000);
    for (const key of ['a', 'b', 'c', 'b', 'a']) await recall(key);

    expect(loads).to.equal(4);
  });
});

describe('contextSigner', () => {
  const ada: User = { id: 'ada' as UserId, email: 'ädä@example.test', roles: ['builder'] };
  const READ = { method: 'GET', path: '/v1/search' };

  it('reuses a context for 15 s, and signs anew after that or when the clock was set back', async () => {
    let now = Date.now();
    const keys = await contextKeys({ path: undefined, rotateEveryMs: HOUR_MS, logger: silentLogger });
    const sign = contextSigner(keys, () => now);
    const first = sign(ada, 'search', READ);
    expect(sign(ada, 'search', READ)).to.equal(first);

    now += 15_000;
    const second = sign(ada, 'search', READ);
    expect(second).not.to.equal(first);
    now -= HOUR_MS;
    expect(sign(ada, 'search', READ)).not.to.equal(second);
    keys.stop();
  });

  it('signs for one service, user, method and path, and for 30 s', async () => {
    const keys = await contextKeys({ path: undefined, rotateEveryMs: HOUR_MS, logger: silentLogger });
    const sign = contextSigner(keys);
    const first = sign(ada, 'search', READ);
    const others = [
      sign(ada, 'moc-management', READ),
      sign({ ...ada, roles: [] }, 'search', READ),
      sign(ada, 'search', { ...READ, method: 'POST' }),
      sign(ada, 'search', { ...READ, path: '/v1/search/1' }),
    ];
    keys.stop();

    for (const other of others) expect(other[1]).not.to.equal(first[1]);
    const { iat = 0, exp = 0, htm, htu } = decodeJwt(first[1]!);
    expect([exp - iat, htm, htu]).to.deep.equal([30, 'GET', '/v1/search']);
  });

  it('leaves out plain headers with characters that headers cannot carry', async () => {
    const keys = await contextKeys({ path: undefined, rotateEveryMs: HOUR_MS, logger: silentLogger });
    const headers = contextSigner(keys)(ada, 'search', READ);
    keys.stop();

    expect(headers.filter((_, at) => at % 2 === 0)).to.deep.equal(['x-user-context', 'x-user-id', 'x-user-roles']);
  });
});

describe('a gateway whose clock jumps', () => {
  const ask = async (gateway: GatewayForTests, token: string): Promise<number> =>
    (await fetch(`${gateway.url}/api/mocs`, { headers: { authorization: `Bearer ${token}` } })).status;

  for (const [where, jumpMs, meanwhile] of [
    ['an hour ahead', HOUR_MS, 401],
    ['an hour back', -HOUR_MS, 200],
  ] as const)
    it(`follows the clock when it is set ${where}, and when it is right again`, async () => {
      const clock = useFakeTimers({ toFake: ['Date'], now: Date.now() });
      const upstream = await fakeUpstream();
      const gateway = await startGateway({ upstream: upstream.url });
      const token = await gateway.issuer.token();
      try {
        expect(await ask(gateway, token)).to.equal(200);
        clock.setSystemTime(Date.now() + jumpMs);
        expect([await ask(gateway, token), await ask(gateway, token)]).to.deep.equal([meanwhile, meanwhile]);
        // A token issued by the current clock is accepted, and services get contexts by the same clock.
        expect(await ask(gateway, await gateway.issuer.token({ sub: 'bob' }))).to.equal(200);
        const context = decodeJwt(String(upstream.requests.at(-1)!.headers['x-user-context']));
        expect(context.iat).to.equal(Math.floor(Date.now() / 1_000));
        clock.setSystemTime(Date.now() - jumpMs);
        expect(await ask(gateway, token)).to.equal(200);
      } finally {
        clock.restore();
        await gateway.stop();
        await upstream.stop();
      }
    });
});
