import { expect } from 'chai';
import { matches, regularExpression, type EventFilter } from './filter.ts';

const publishedEvent = { stream: 'moc-1', type: 'MocPublished' };

describe('filtering events', () => {
  it('matches every event without a filter', () => {
    expect(matches(undefined, publishedEvent)).to.equal(true);
  });

  it('matches stream names or event types by any of the prefixes', () => {
    const prefixes = ['set-', 'moc-'];
    expect(matches({ on: 'stream-name', match: { prefixes } }, publishedEvent)).to.equal(true);
    expect(matches({ on: 'event-type', match: { prefixes } }, publishedEvent)).to.equal(false);
    expect(matches({ on: 'event-type', match: { prefixes: ['Moc'] } }, publishedEvent)).to.equal(true);
  });

  it('matches by regular expression', () => {
    const filter: EventFilter = { on: 'event-type', match: { regex: /^[^$]*Published$/ } };
    expect(matches(filter, publishedEvent)).to.equal(true);
    expect(matches(filter, { ...publishedEvent, type: '$metadata' })).to.equal(false);
  });

  it('compiles flags at the beginning as .NET does', () => {
    expect(regularExpression('(?i)^moc-')?.test('MOC-1')).to.equal(true);
    expect(regularExpression('(?is)^moc.1$')?.test('MOC\n1')).to.equal(true);
    expect(regularExpression('^moc-')?.test('MOC-1')).to.equal(false);
  });

  it('returns undefined for an invalid regular expression', () => {
    for (const source of ['(', '(?i)(', '(?iii)x']) expect(regularExpression(source), source).to.equal(undefined);
  });
});
