import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import { once } from 'node:events';
import { silentLogger } from '@lego-moc/logger/logger';
import { connectRedis, type Redis } from '@lego-moc/redis/connect';
import { redisForTests, redisThere, type RedisForTests } from '@lego-moc/redis/testing/redis-for-tests';
import { closeAfterAllTests } from '@lego-moc/testing/mocha-hooks';
import { LIMITS_OF_THE_CONTRACT, rateLimitsContract } from './rate-limits.contract.ts';
import { rateLimits } from './rate-limits.ts';
import { fakeUpstream, startGateway, type GatewayForTests } from '../testing/gateway-for-tests.ts';

const connect = async (url: string): Promise<Redis> => {
  const redis = connectRedis(url, silentLogger);
  closeAfterAllTests(() => {
    redis.disconnect();
    return Promise.resolve();
  });
  await once(redis, 'ready');
  return redis;
};

const startRedis = async (): Promise<RedisForTests> => {
  const server = await redisForTests();
  closeAfterAllTests(() => {
    server.stop();
    return Promise.resolve();
  });
  return server;
};

if (redisThere()) {
  rateLimitsContract('Redis', async () => {
    const { url } = await startRedis();
    const limits = LIMITS_OF_THE_CONTRACT;
    return [
      rateLimits({ limits, redis: await connect(url), onOutage: 'closed' }),
      rateLimits({ limits, redis: await connect(url), onOutage: 'closed' }),
    ];
  });

  describe('counting requests of two gateways in one Redis', () => {
    it('lets through no more than one gateway would', async () => {
      const { url: redisUrl } = await startRedis();
      const upstream = await fakeUpstream();
      const rateLimits = { scale: 0.01, onOutage: 'closed' } as const;
      const config = { redisUrl, rateLimits };
      const first = await startGateway({ upstream: upstream.url, config });
      const second = await startGateway({ upstream: upstream.url, config });
      const post = async (gateway: GatewayForTests) => {
        const reply = await fetch(`${gateway.url}/api/mocs`, { method: 'POST', headers: await gateway.bearer() });
        return reply.status;
      };
      try {
        while ((await fetch(`${first.url}/api/files/1`)).status === 503) await pause(20);
        while ((await fetch(`${second.url}/api/files/1`)).status === 503) await pause(20);
        const statuses = await Promise.all([first, second, first, second, first, second].map(post));

        expect(statuses.toSorted()).to.deep.equal([200, 200, 200, 429, 429, 429]);
      } finally {
        await first.stop();
        await second.stop();
        await upstream.stop();
      }
    });
  });

  describe('a gateway that has lost its Redis', () => {
    for (const [onOutage, statusesInOutage] of [
      ['open', [200, 200, 200, 429]],
      ['closed', [503, 503, 503, 503]],
    ] as const)
      it(`${onOutage === 'open' ? 'counts in process' : 'refuses every request'} when configured to fail ${onOutage}, and counts in Redis again when it is back`, async () => {
        const server = await startRedis();
        const upstream = await fakeUpstream();
        const rateLimits = { scale: 0.01, onOutage } as const;
        const gateway = await startGateway({ upstream: upstream.url, config: { redisUrl: server.url, rateLimits } });
        const post = async (sub: string): Promise<Response> =>
          fetch(`${gateway.url}/api/mocs`, { method: 'POST', headers: await gateway.bearer({ sub }) });
        const postAll = async (sub: string): Promise<readonly Response[]> => {
          const replies = [];
          for (let times = 0; times < 4; times += 1) replies.push(await post(sub));
          return replies;
        };
        try {
          while ((await post('nobody')).status === 503) await pause(20);
          server.freeze();
          const replies = await postAll('ada');
          expect(replies.map(({ status }) => status)).to.deep.equal(statusesInOutage);
          if (onOutage === 'closed') {
            expect(replies[0]!.headers.get('retry-after')).to.equal('2');
            expect(await replies[0]!.text()).to.include('urn:lego-moc:problem:limits-unavailable');
            expect(upstream.requests.filter(({ headers }) => headers['x-user-id'] === 'ada')).to.deep.equal([]);
          }
          server.thaw();
          while ((await post('nobody')).status === 503) await pause(20);
          expect((await postAll('bob')).map(({ status }) => status)).to.deep.equal([200, 200, 200, 429]);
        } finally {
          await gateway.stop();
          await upstream.stop();
        }
      });
  });

  describe('counting requests while Redis is away', () => {
    for (const [how, leave] of [
      ['hangs', (server: RedisForTests) => server.freeze()],
      ['is gone', (server: RedisForTests) => server.stop()],
    ] as const)
      it(`fails open or closed, as configured, when it ${how}`, async () => {
        const server = await startRedis();
        const redis = await connect(server.url);
        const limits = LIMITS_OF_THE_CONTRACT;
        const openLimits = rateLimits({ limits, redis, onOutage: 'open' });
        const closedLimits = rateLimits({ limits, redis, onOutage: 'closed' });
        leave(server);

        const results = [];
        for (let times = 0; times < 4; times += 1) results.push((await openLimits.take('upload', 'ada')).isAllowed);
        expect(results).to.deep.equal([true, true, true, false]);
        expect(await closedLimits.take('upload', 'ada').catch(() => 'refused')).to.equal('refused');
      });

    it('does not wait for Redis once it is known to hang, and counts in it again when it is back', async () => {
      const server = await startRedis();
      const redis = await connect(server.url);
      const limits = rateLimits({ limits: LIMITS_OF_THE_CONTRACT, redis, onOutage: 'closed' });
      server.freeze();
      while (redis.status === 'ready') {
        await limits.take('read', 'ada').catch(() => undefined);
        // A closing connection rejects at once: without a pause the client would not notice that it is closed.
        await pause(5);
      }
      server.thaw();
      while ((await limits.take('read', 'ada').catch(() => undefined)) === undefined) await pause(20);

      expect(redis.status).to.equal('ready');
    });
  });
} else {
  describe('counting requests (Redis)', () => {
    it('is skipped without redis-server');
  });
}
