import { expect } from 'chai';
import type { UserId } from '@lego-moc/kernel/message';
import type { OwnedLot } from '../../application/ports/stock-reader.ts';
import { stockPieces } from './stock-pieces.ts';

const [ada, bob] = ['ada', 'bob'] as UserId[] as [UserId, UserId];

const lotOf = (number: string, quantity: number): OwnedLot => ({
  ...{ holdingId: 'h-1', location: 'Shelf', kind: 'part', number, colour: '4', quantity },
});

describe('the pieces of a stock', () => {
  it('are read anew once the stock has another revision', async () => {
    const stocks = new Map([
      [ada, { revision: '1', lots: [lotOf('3001', 2)] }],
      [bob, { revision: '1', lots: [] }],
    ]);
    let reads = 0;
    const pieces = stockPieces({
      revision: (owner) => Promise.resolve(stocks.get(owner)!.revision),
      owned: (owner) => {
        reads += 1;
        return Promise.resolve(stocks.get(owner)!);
      },
    });
    const shelf = { holding: 'Shelf', part: '3001', colour: '4', quantity: 2, reservedFor: null };
    for (let times = 0; times < 2; times += 1)
      expect(await pieces.of(ada)).to.deep.equal({ revision: '1', lots: [shelf] });
    expect(await pieces.of(bob)).to.deep.equal({ revision: '1', lots: [] });
    expect(reads).to.equal(2);

    stocks.set(ada, { revision: '2', lots: [lotOf('3001', 5)] });
    expect(await pieces.of(ada)).to.deep.equal({ revision: '2', lots: [{ ...shelf, quantity: 5 }] });
    expect(reads).to.equal(3);
  });
});
