import { expect } from 'chai';
import fc from 'fast-check';
import { firstReadable, firstYoungEnough, oldestReadable } from './readable-window.ts';

describe('the readable window of a stream', () => {
  it('is the whole stream without metadata', () => {
    expect(firstReadable(9n, {})).to.equal(0n);
  });

  it('keeps the newest maxCount events', () => {
    expect(firstReadable(9n, { maxCount: 3n })).to.equal(7n);
    expect(firstReadable(1n, { maxCount: 3n })).to.equal(0n);
  });

  it('starts at the truncation', () => {
    expect(firstReadable(9n, { truncateBefore: 4n })).to.equal(4n);
  });

  it('applies the stricter of $maxCount and $tb', () => {
    expect(firstReadable(9n, { truncateBefore: 4n, maxCount: 3n })).to.equal(7n);
    expect(firstReadable(9n, { truncateBefore: 8n, maxCount: 3n })).to.equal(8n);
  });

  it('counts age back from now in ticks', () => {
    expect(oldestReadable(50_000_000n, { maxAgeSeconds: 2n })).to.equal(30_000_000n);
    expect(oldestReadable(50_000_000n, {})).to.equal(undefined);
  });

  it('finds the first event young enough in any history', () => {
    const histories = fc.array(fc.nat(50), { minLength: 1, maxLength: 40 }).map((ages) => ages.sort((a, b) => a - b));
    fc.assert(
      fc.property(histories, fc.nat(60), fc.nat(39), (creationTimes, oldest, start) => {
        const from = Math.min(start, creationTimes.length - 1);
        const expected = creationTimes.findIndex((tick, revision) => revision >= from && tick >= oldest);
        const firstRevision = firstYoungEnough(
          BigInt(from),
          BigInt(creationTimes.length - 1),
          BigInt(oldest),
          (revision) => BigInt(creationTimes[Number(revision)] ?? 0),
        );
        expect(firstRevision).to.equal(BigInt(expected === -1 ? creationTimes.length : expected));
      }),
    );
  });
});
