import { expect } from 'chai';
import fc from 'fast-check';
import { createSampler } from './sampler.ts';

describe('sampling searches', () => {
  it('takes none at a rate of 0', () => {
    expect(createSampler(0, () => 0).sample()).to.equal(undefined);
  });

  it('takes 10 s of the rate at once, then as many as the rate allows', () => {
    let now = 0;
    const { sample } = createSampler(2, () => now);
    const countTaken = (searches: number): number =>
      Array.from({ length: searches }, sample).filter((weight) => weight !== undefined).length;
    expect(countTaken(50)).to.equal(20);
    now += 1_000;
    expect(countTaken(50)).to.equal(2);
  });

  it('gives weights that add up to the searches, whatever the pauses', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(2_000), { minLength: 1 }), (pauses) => {
        let now = 0;
        const { sample } = createSampler(0.5, () => now);
        const weights = pauses.map((pause) => {
          now += pause;
          return sample();
        });
        const last = weights.findLastIndex((weight) => weight !== undefined);
        const total = weights.reduce<number>((sum, weight) => sum + (weight ?? 0), 0);
        expect(total).to.equal(last + 1);
      }),
    );
  });
});
