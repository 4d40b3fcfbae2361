import { expect } from 'chai';
import fc from 'fast-check';
import { emptyMap, entriesOf, valueOf, withValue, type PersistentMap } from './persistent-map.ts';

const change = fc.tuple(
  fc.oneof(fc.constantFrom('a', 'b', 'c'), fc.string()),
  fc.option(fc.integer(), { nil: undefined }),
);

describe('a persistent map', () => {
  it('has what a Map has after the same changes, and leaves the maps before as they were', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 100 }), (changes) => {
        let map: PersistentMap<string, number> = emptyMap;
        const expected = new Map<string, number>();
        for (const [key, value] of changes) {
          const [before, copy] = [map, structuredClone(map)];
          map = withValue(map, key, value);
          if (value === undefined) expected.delete(key);
          else expected.set(key, value);
          expect(before).to.deep.equal(copy);
        }
        expect(new Map(entriesOf(map))).to.deep.equal(expected);
        expect(map.size).to.equal(expected.size);
        for (const [key] of changes) expect(valueOf(map, key)).to.equal(expected.get(key));
      }),
    );
  });
});
