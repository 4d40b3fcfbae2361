import { expect } from 'chai';
import fc from 'fast-check';
import { compareAnswers, type Answer } from './compare-answers.ts';
import { COMPARISON_RULES } from './comparison-rules.ts';

const TODAY = '2026-06-01';
const rules = COMPARISON_RULES.wishlist;
const item = fc.record({
  id: fc.uuid(),
  userId: fc.constant('ada'),
  title: fc.string(),
  description: fc.option(fc.string()),
  sortOrder: fc.constantFrom('1', '2', '10', ''),
  createdAt: fc.constantFrom('2019-05-04T12:00:00.123Z', '2020-01-01T00:00:00.000Z'),
});
const list = fc.uniqueArray(item, { selector: ({ id }) => id, maxLength: 12 });
const answer = (items: readonly object[]): Answer => ({ status: 200, body: { status: 200, data: { items } } });
const compare = (legacy: Answer, platform: Answer) => compareAnswers(legacy, platform, rules, TODAY);

describe('properties of comparing answers', () => {
  it('an answer is like itself, whatever it is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (data) => {
        const some: Answer = { status: 200, body: { data } };
        expect(compare(some, structuredClone(some))).to.deep.equal([]);
      }),
    );
  });

  it('any two JSON values can be compared', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (first, other) => {
        compare({ status: 200, body: { data: first } }, { status: 200, body: { data: other } });
        compare({ status: 200, body: first }, { status: 200, body: other });
      }),
    );
  });

  it('what the sides are known to write otherwise makes no difference', () => {
    fc.assert(
      fc.property(list, fc.array(fc.nat(), { minLength: 12, maxLength: 12 }), (items, ranks) => {
        const onPlatform = items
          .map((some, place) => ({
            ...some,
            createdAt: some.createdAt.replace('Z', '000'),
            priority: 'high',
            rank: ranks[place] ?? 0,
          }))
          .toSorted((first, other) => first.rank - other.rank)
          .toSorted((first, other) =>
            first.sortOrder < other.sortOrder ? -1 : Number(first.sortOrder > other.sortOrder),
          );
        const atLegacy = items.toSorted((first, other) =>
          first.sortOrder < other.sortOrder ? -1 : Number(first.sortOrder > other.sortOrder),
        );
        expect(compare(answer(atLegacy), answer(onPlatform))).to.deep.equal([]);
      }),
    );
  });

  it('a changed, lost or added row is found, and it alone', () => {
    fc.assert(
      fc.property(list, fc.nat(), fc.constantFrom('title', 'lost', 'added'), (items, number, change) => {
        fc.pre(items.length > 0);
        const place = number % items.length;
        const row = items[place] as (typeof items)[number];
        const withTitle = items.with(place, { ...row, title: `${row.title}!` });
        const without = items.toSpliced(place, 1);
        const [legacy, platform] = { title: [items, withTitle], lost: [items, without], added: [without, items] }[
          change
        ] as [typeof items, typeof items];
        const [difference, ...others] = compare(answer(legacy), answer(platform));
        expect(others).to.deep.equal([]);
        expect(difference?.path).to.equal(change === 'title' ? 'data.items[].title' : 'data.items[]');
      }),
    );
  });
});
