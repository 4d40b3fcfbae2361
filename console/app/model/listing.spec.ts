import { expect } from 'chai';
import { mergeListing } from './listing.ts';

const status = { name: 'moc-index', group: 'moc-index', state: 'live', lag: 0, parked: 0 };

describe('listing the subscriptions of a service', () => {
  it('names a projection once, though its group is listed as well', () => {
    const projection = { ...status, generation: 2, builtAt: '2026-01-01T00:00:00Z', rows: 7 };

    const listing = mergeListing(
      'search',
      [projection],
      [status, { ...status, name: 'publisher', group: 'publisher' }],
    );

    expect(listing.map(({ name, readModel }) => [name, readModel?.rows])).to.deep.equal([
      ['moc-index', 7],
      ['publisher', undefined],
    ]);
  });
});
