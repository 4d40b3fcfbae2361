import { expect } from 'chai';
import fc from 'fast-check';
import { fairQueue } from './fair-queue.ts';

type Item = { readonly owner: string; readonly cost: number; readonly id: number };

const items = fc
  .array(fc.record({ owner: fc.constantFrom('ada', 'bob', 'cyd'), cost: fc.integer({ min: 1, max: 50 }) }), {
    maxLength: 40,
  })
  .map((all) => all.map((item, id): Item => ({ ...item, id })));

const queueOf = (all: readonly Item[]) => {
  const queue = fairQueue<Item>();
  for (const item of all) queue.add(item.owner, item, item.cost);
  return queue;
};

const takeAll = (all: readonly Item[]): readonly Item[] => {
  const queue = queueOf(all);
  return Array.from({ length: all.length }, () => queue.take()).flatMap((item) => item ?? []);
};

describe('a fair queue', () => {
  it('serves every item once', () => {
    fc.assert(
      fc.property(items, (all) => {
        const ids = takeAll(all).map(({ id }) => id);
        expect(ids.toSorted((a, b) => a - b)).to.deep.equal(all.map(({ id }) => id));
      }),
    );
  });

  it('serves the items of one owner by their cost, equal ones by their arrival', () => {
    fc.assert(
      fc.property(items, (all) => {
        const own = (list: readonly Item[]) => list.filter(({ owner }) => owner === 'ada');
        const expected = own(all).toSorted((a, b) => a.cost - b.cost || a.id - b.id);
        expect(own(takeAll(all))).to.deep.equal(expected);
      }),
    );
  });

  it('serves no owner more than one item ahead of another who waits', () => {
    fc.assert(
      fc.property(items, (all) => {
        const shares = new Map<string, number>();
        const waiting = new Map(
          Map.groupBy(all, ({ owner }) => owner)
            .entries()
            .map(([owner, own]) => [owner, own.length]),
        );
        const largest = Math.max(0, ...all.map(({ cost }) => cost));
        for (const { owner, cost } of takeAll(all)) {
          shares.set(owner, (shares.get(owner) ?? 0) + cost);
          waiting.set(owner, (waiting.get(owner) ?? 0) - 1);
          for (const [other, count] of waiting)
            if (count > 0) expect((shares.get(owner) ?? 0) - (shares.get(other) ?? 0)).to.be.at.most(largest);
        }
      }),
    );
  });

  it('serves an expensive item although cheap ones of new owners keep coming', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 5 }), (expensive, cheap) => {
        const queue = fairQueue<string>();
        queue.add('ada', 'expensive', expensive);
        for (let count = 0; count <= expensive / cheap + 1; count += 1) {
          queue.add(`owner ${count}`, 'cheap', cheap);
          if (queue.take() === 'expensive') return;
        }
        expect.fail('the expensive item was never served');
      }),
    );
  });

  it('passes over items above the limit, and keeps them', () => {
    fc.assert(
      fc.property(items, fc.integer({ min: 0, max: 50 }), (all, costMax) => {
        const queue = queueOf(all);
        const cheap = all.filter(({ cost }) => cost <= costMax).length;
        for (let count = 0; count < cheap; count += 1) expect(queue.take(costMax)?.cost).to.be.at.most(costMax);
        expect([queue.take(costMax), queue.size()]).to.deep.equal([undefined, all.length - cheap]);
      }),
    );
  });
});
