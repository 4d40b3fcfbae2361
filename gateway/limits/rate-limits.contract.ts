import { expect } from 'chai';
import { newId } from '@lego-moc/application/new-id';
import type { RateLimits } from './rate-limits.ts';
import { limitsScaled } from './rate-limits.ts';

/** `upload` allows exactly three a minute. */
export const LIMITS_OF_THE_CONTRACT = limitsScaled(0.05);

/** Every implementation of limits passes this. `open` gives two instances that count together. */
export const rateLimitsContract = (name: string, open: () => Promise<readonly [RateLimits, RateLimits]>): void => {
  describe(`counting requests (${name})`, () => {
    let instances: readonly [RateLimits, RateLimits];
    before(async () => {
      instances = await open();
    });

    it('lets exactly the quota through, however many requests arrive at once and at whichever instance', async () => {
      const key = newId();
      const results = await Promise.all(Array.from({ length: 20 }, (_, at) => instances[at % 2]!.take('upload', key)));

      expect(results.filter(({ isAllowed }) => isAllowed)).to.have.length(3);
      expect(Math.min(...results.map(({ remaining }) => remaining))).to.equal(0);
      for (const { resetS } of results) expect(resetS).to.be.within(1, 60);
    });

    it('counts each key and each limit separately', async () => {
      const [instance] = instances;
      const key = newId();
      for (let times = 0; times < 4; times += 1) await instance.take('upload', key);

      expect((await instance.take('upload', newId())).isAllowed).to.equal(true);
      expect((await instance.take('read', key)).isAllowed).to.equal(true);
      expect((await instance.take('upload', key)).isAllowed).to.equal(false);
    });
  });
};
