import { expect } from 'chai';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { mapAtMost } from './map-at-most.ts';

const NUMBERS = Array.from({ length: 20 }, (_, at) => at);

describe('mapAtMost', () => {
  it('maps all items in their order, and never more at a time than the limit', async () => {
    let inFlight = 0;
    let inFlightMax = 0;
    const results = await mapAtMost(3, NUMBERS, async (number, at) => {
      inFlightMax = Math.max(inFlightMax, (inFlight += 1));
      for (let turns = 0; turns < (number % 4) + 1; turns += 1) await nextTurn();
      inFlight -= 1;
      return [number, at];
    });
    expect(results).to.deep.equal(NUMBERS.map((number) => [number, number]));
    expect(inFlightMax).to.equal(3);
    expect(await mapAtMost(3, [], () => Promise.resolve(1))).to.deep.equal([]);
  });

  it('rejects with the first failure and begins no item after it', async () => {
    const begunItems: number[] = [];
    const failure = new Error('broken');
    const outcome = await mapAtMost(2, NUMBERS, async (number) => {
      begunItems.push(number);
      await nextTurn();
      if (number === 2) throw failure;
    }).catch((error: unknown) => error);
    await nextTurn();
    await nextTurn();
    expect(outcome).to.equal(failure);
    expect(begunItems).to.have.length.below(6);
  });
});
