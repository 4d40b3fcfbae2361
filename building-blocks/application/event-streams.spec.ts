import { expect } from 'chai';
import fc from 'fast-check';
import { derivedEventId, type Revision } from './event-streams.ts';

const place = fc.record({
  commandId: fc.constantFrom('a', 'b', '1'),
  stream: fc.constantFrom('moc-a', 'moc-b', 'moc-1', '1'),
  expected: fc.oneof(
    fc.constant<Revision>('no-stream'),
    fc.bigInt({ min: 0n, max: 3n }).map((revision): Revision => revision),
  ),
  index: fc.nat({ max: 3 }),
});

describe('derivedEventId', () => {
  it('is the same for a repetition, and another for each command, stream, decided revision and index', () => {
    fc.assert(
      fc.property(fc.uniqueArray(place, { selector: (some) => Object.values(some).join('|') }), (places) => {
        const idsOnce = places.map((at) => derivedEventId(at, at.stream, at.expected, at.index));
        const idsAgain = places.map((at) => derivedEventId(at, at.stream, at.expected, at.index));
        expect(idsAgain).to.deep.equal(idsOnce);
        expect(new Set(idsOnce).size).to.equal(places.length);
      }),
    );
  });

  it('is a UUID of version 5', () => {
    expect(derivedEventId({ commandId: 'a' }, 'moc-a', 7n, 0)).to.match(
      /^[\da-f]{8}-[\da-f]{4}-5[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/,
    );
  });
});
