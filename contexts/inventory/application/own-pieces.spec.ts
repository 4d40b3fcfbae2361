import { expect } from 'chai';
import type { UserId } from '@lego-moc/kernel/message';
import { ownPieces } from './own-pieces.ts';
import type { OwnedLot } from './ports/stock-reader.ts';

const [ada, bob] = ['ada', 'bob'] as UserId[] as [UserId, UserId];

const piecesOf = (number: string, quantity: number): OwnedLot => ({
  ...{ holdingId: 'h-1', location: 'Shelf', kind: 'part', number, colour: '4', quantity },
});

describe('the pieces of a builder', () => {
  it('are those of the stock and of items, read anew once the stock has another revision', async () => {
    const stocks = new Map([
      [ada, { revision: '1', lots: [piecesOf('3001', 2)] }],
      [bob, { revision: '1', lots: [] }],
    ]);
    let reads = 0;
    const items = {
      revision: 'i',
      lots: [{ holding: 'Crane', part: '3003', colour: '1', quantity: 1, reservedFor: null }],
    };
    const pieces = ownPieces(
      {
        revision: (owner) => Promise.resolve(stocks.get(owner)!.revision),
        owned: (owner) => {
          reads += 1;
          return Promise.resolve(stocks.get(owner)!);
        },
      },
      { of: (owner) => Promise.resolve(owner === ada ? items : { revision: 'i', lots: [] }) },
    );
    const shelf = { holding: 'Shelf', part: '3001', colour: '4', quantity: 2, reservedFor: null };
    for (let times = 0; times < 2; times += 1)
      expect(await pieces.of(ada)).to.deep.equal({ revision: '1-i', lots: [shelf, ...items.lots] });
    expect(await pieces.of(bob)).to.deep.equal({ revision: '1-i', lots: [] });
    expect(reads).to.equal(2);

    stocks.set(ada, { revision: '2', lots: [piecesOf('3001', 5)] });
    expect(await pieces.of(ada)).to.deep.equal({
      revision: '2-i',
      lots: [{ ...shelf, quantity: 5 }, ...items.lots],
    });
    expect(reads).to.equal(3);
  });
});
