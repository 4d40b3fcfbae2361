import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import { latestOnly } from './latest-only.ts';

describe('writing the latest value only', () => {
  it('skips a value that was replaced before it could be written', async () => {
    const writtenValues: number[] = [];
    const write = latestOnly(async (value: number) => {
      await turn();
      writtenValues.push(value);
    });
    for (const value of [1, 2, 3]) write(value);
    for (let turns = 0; turns < 5; turns += 1) await turn();
    expect(writtenValues).to.deep.equal([1, 3]);
  });

  it('writes the next value after a failed write', async () => {
    const writtenValues: number[] = [];
    const write = latestOnly((value: number) => {
      writtenValues.push(value);
      return value === 1 ? Promise.reject(new Error('disk full')) : Promise.resolve();
    });
    write(1);
    await turn();
    write(2);
    await turn();
    expect(writtenValues).to.deep.equal([1, 2]);
  });
});
