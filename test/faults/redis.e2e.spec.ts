import { expect } from 'chai';
import { pollUntil } from '@lego-moc/application/poll-until';
import { skipWithout } from '@lego-moc/testing/real-component';
import { ownProfile } from '@lego-moc/profile/contracts/http-api';
import type { RedisForTests } from '@lego-moc/redis/testing/redis-for-tests';
import { PLATFORM_WITHIN_MS } from '../e2e/platform.ts';
import { askingAs, faultyPlatform, type Ask } from './faulty-platform.ts';

/** Limit for reads without Redis on a busy machine; reconnecting for each read would take several times that. */
const TWENTY_READS_WITHIN_MS = 6_000;

describe('losing Redis', function () {
  this.timeout(PLATFORM_WITHIN_MS);
  let redis: RedisForTests;
  let ask: Ask;

  before(async function () {
    const platform = await faultyPlatform();
    redis = platform.redis ?? skipWithout(this, 'Redis', 'install redis-server');
    ask = await askingAs(platform, 'redis-faults');
    await pollUntil('The profile', name, (displayName) => displayName !== '', 30_000);
  });

  const name = async (): Promise<string> => {
    const { status, text } = await ask('/api/users/me');
    return status === 200 ? ownProfile.parse(JSON.parse(text)).displayName : '';
  };

  const rename = async (displayName: string): Promise<void> => {
    const { status, text } = await ask('/api/users/me', { method: 'PATCH', body: { displayName } });
    expect(status, text).to.equal(200);
  };

  /** Limits still count, changes are visible at once, and no request waits for Redis repeatedly. */
  const expectNothingHappened = async (displayName: string): Promise<void> => {
    await rename(displayName);
    const began = performance.now();
    for (let times = 0; times < 20; times += 1) {
      const { status, headers, text } = await ask('/api/users/me');
      expect(status, text).to.equal(200);
      expect(headers.get('ratelimit')).to.match(/r=\d+/);
      expect(ownProfile.parse(JSON.parse(text)).displayName).to.equal(displayName);
    }
    expect(performance.now() - began).to.be.lessThan(TWENTY_READS_WITHIN_MS);
  };

  it('changes no answer while it hangs, and returns nothing stale when it continues', async () => {
    await rename('Before');
    expect(await name()).to.equal('Before');
    redis.freeze();
    try {
      await expectNothingHappened('Meanwhile');
    } finally {
      redis.thaw();
    }
    expect(await name()).to.equal('Meanwhile');
    await expectNothingHappened('Afterwards');
  });

  it('changes no answer when it is gone for good', async () => {
    redis.stop();
    await expectNothingHappened('Without it');
  });
});
