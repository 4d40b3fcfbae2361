import { expect } from 'chai';
import { toListing } from './listing.ts';

const status = { name: 'search-moc-index', group: 'search-moc-index', state: 'live', lag: 0, parked: 0 };

describe('listing the subscriptions of a service', () => {
  it('has projections first, under the names by which they are operated', () => {
    const readModel = { name: 'moc-index', generation: 2, builtAt: '2026-01-01T00:00:00Z', rows: 7 };

    const listing = toListing('search', [
      { ...status, name: 'publisher', group: 'publisher' },
      { ...status, readModel },
    ]);

    expect(listing.map((entry) => [entry.name, entry.readModel?.rows, entry.service])).to.deep.equal([
      ['moc-index', 7, 'search'],
      ['publisher', undefined, 'search'],
    ]);
  });
});
