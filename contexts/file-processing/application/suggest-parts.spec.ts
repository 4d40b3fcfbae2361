import { expect } from 'chai';
import type { LotReply } from '../contracts/http-api.ts';
import { inMemoryParsing } from '../testing/in-memory-ports.ts';
import { suggestParts } from './suggest-parts.ts';

const lot = (partNumber: string, change: Partial<LotReply> = {}): LotReply => ({
  ...{ line: 1, lot: 1, itemType: 'P', partNumber, colour: '4', quantityText: '1', quantity: 1, role: 'needed' },
  ...{ part: null, partName: null, colourId: 4, colourName: 'Red', problem: null, ...change },
});

describe('suggesting parts for unknown lots', () => {
  it('names the relatives that the catalogue has, takes none of them, and leaves known lots and sets alone', async () => {
    const lots = [lot('3001pb77'), lot('3001', { part: '3001' }), lot('9999pb1'), lot('3001b', { itemType: 'S' })];
    const page = await suggestParts(inMemoryParsing().catalogue)({ lots, nextCursor: null });
    expect(page.lots.map(({ part, suggestions }) => [part, suggestions])).to.deep.equal([
      [null, [{ partNumber: '3001', relation: 'print' }]],
      ['3001', undefined],
      [null, undefined],
      [null, undefined],
    ]);
  });
});
