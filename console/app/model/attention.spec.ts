import { expect } from 'chai';
import { attentionFor, byUrgency } from './attention.ts';
import type { ServiceListing, Subscription } from './listing.ts';

const healthy: Subscription = {
  service: 'search',
  name: 'moc-index',
  group: 'moc-index',
  state: 'live',
  lag: 2,
  parked: 0,
};

const listing = (changes: Partial<Subscription>, failure?: Error): ServiceListing => ({
  service: 'search',
  isPending: false,
  answeredAtMs: 0,
  subscriptions: [{ ...healthy, ...changes }],
  ...(failure === undefined ? {} : { failure }),
});

const kinds = (of: ServiceListing): readonly string[] => attentionFor(of).map(({ kind }) => kind);

describe('finding what needs a person', () => {
  it('leaves out a subscription that keeps up', () => {
    expect(kinds(listing({}))).to.deep.equal([]);
  });

  it('names a service that could not be asked, and keeps what it said before', () => {
    expect(kinds(listing({ parked: 1 }, new Error('503')))).to.deep.equal(['service-unreachable', 'parked']);
  });

  it('says why a subscription stopped', () => {
    const [item] = attentionFor(listing({ state: 'stopped', lastError: 'no schema' }));

    expect(item).to.include({ severity: 'critical', text: 'Stopped: no schema' });
  });

  it('counts parked messages and links to them', () => {
    const [item] = attentionFor(listing({ parked: 1 }));

    expect(item).to.include({ text: '1 message could not be handled', link: '/parked?service=search&name=moc-index' });
  });

  it('tells a lag that matters from a handful of events', () => {
    expect(kinds(listing({ lag: 499 }))).to.deep.equal([]);
    expect(kinds(listing({ lag: 500 }))).to.deep.equal(['lag']);
  });

  it('puts dead services first, then stopped ones, then the most parked messages', () => {
    const items = [
      ...attentionFor(listing({ name: 'few', parked: 1 })),
      ...attentionFor(listing({ name: 'many', parked: 20 })),
      ...attentionFor(listing({ name: 'halted', state: 'stopped' })),
      ...attentionFor({ ...listing({}), subscriptions: [], service: 'dead', failure: new Error('no answer') }),
    ].toSorted(byUrgency);

    expect(items.map(({ target }) => target)).to.deep.equal(['dead', 'halted', 'many', 'few']);
  });
});
