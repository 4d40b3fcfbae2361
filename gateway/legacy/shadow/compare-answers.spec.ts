import { expect } from 'chai';
import { compareAnswers, hasForeignRows, type Answer } from './compare-answers.ts';
import type { ComparisonRules } from './comparison-rules.ts';

const rules: ComparisonRules = {
  ignored: [{ path: 'data.items[].updatedAt', reason: 'not kept', until: '2027-01-01' }],
  lists: [
    { path: 'data.items', key: 'id', orderedBy: 'sortOrder' },
    { path: 'data.tags', key: 'name' },
  ],
  numbers: ['data.cost'],
  owners: ['data.items[].userId'],
};
const TODAY = '2026-06-01';

const answer = (data: unknown, status = 200): Answer => ({ status, body: { status, message: 'ok', data } });
const items = (...list: readonly object[]): Answer => answer({ items: list });

/** The differences of two answers, as `kind path`. */
const given = (legacy: Answer, today = TODAY) => ({
  when: (platform: Answer) => ({
    then: (...expected: readonly string[]): void => {
      const differences = compareAnswers(legacy, platform, rules, today);
      expect(differences.map(({ kind, path }) => `${kind} ${path}`)).to.deep.equal(expected);
    },
  }),
});

describe('comparing the answers of both sides', () => {
  it('takes the same data for alike, whatever the message says', () => {
    given({ status: 200, body: { status: 200, message: 'Wishlist', data: { a: [1, null, 'x'] } } })
      .when({ status: 200, body: { status: 200, message: 'List', data: { a: [1, null, 'x'] } } })
      .then();
  });

  it('finds another value, another type and a field that the platform lacks', () => {
    given(answer({ title: 'a', size: 1, note: null }))
      .when(answer({ title: 'b', size: [1] }))
      .then('value data.title', 'type data.size', 'missing-platform data.note');
  });

  it('lets the platform add fields', () => {
    given(answer({ title: 'a' }))
      .when(answer({ title: 'a', priority: 'high' }))
      .then();
  });

  it('compares the status alone of what is no success', () => {
    given({ status: 404, body: undefined }).when({ status: 404, body: undefined }).then();
    given({ status: 404, body: undefined }).when(answer({})).then('status ');
  });

  it('takes a number for the same when it comes as text, and text only where numbers are kept as text', () => {
    given(answer({ count: 12, cost: '12.50' }))
      .when(answer({ count: '12', cost: '12.5' }))
      .then();
    given(answer({ order: '007' }))
      .when(answer({ order: '7' }))
      .then('value data.order');
    given(answer({ count: 0 }))
      .when(answer({ count: '' }))
      .then('type data.count');
  });

  it('reads timestamps without a zone as UTC, to the millisecond', () => {
    given(answer({ at: '2019-05-04T12:00:00.123456' }))
      .when(answer({ at: '2019-05-04T12:00:00.123Z' }))
      .then();
    given(answer({ at: '2019-05-04 12:00:00' }))
      .when(answer({ at: '2019-05-04T14:00:00+02:00' }))
      .then();
    given(answer({ at: '2019-05-04T12:00:00' }))
      .when(answer({ at: '2019-05-04T12:00:01Z' }))
      .then('value data.at');
  });

  it('lets members with the same order come in any order, and no others', () => {
    const [a, b, c] = [
      { id: 'a', sortOrder: '1' },
      { id: 'b', sortOrder: '1' },
      { id: 'c', sortOrder: '2' },
    ];
    given(items(a, b, c))
      .when(items(b, a, c))
      .then();
    given(items(a, b, c))
      .when(items(c, a, b))
      .then('order data.items');
    given(answer({ tags: [{ name: 'x' }, { name: 'y' }] }))
      .when(answer({ tags: [{ name: 'y' }, { name: 'x' }] }))
      .then();
    given(answer({ other: ['x', 'y'] }))
      .when(answer({ other: ['y', 'x'] }))
      .then('value data.other[]', 'value data.other[]');
  });

  it('matches members by their key, and finds those that one side lacks', () => {
    given(items({ id: 'a', title: '1' }, { id: 'b', title: '2' }))
      .when(items({ id: 'b', title: '2!' }, { id: 'c', title: '3' }))
      .then('missing-platform data.items[]', 'value data.items[].title', 'missing-legacy data.items[]');
  });

  it('compares a list in its order when members have no key, or share one', () => {
    given(items({ id: 'a' }, { id: 'a' }))
      .when(items({ id: 'a' }, { id: 'b' }))
      .then('value data.items[].id');
    given(answer([1, 2]))
      .when(answer([1]))
      .then('missing-platform data');
  });

  it('ignores what a rule names until the rule expires', () => {
    const [legacy, platform] = [items({ id: 'a', updatedAt: 1 }), items({ id: 'a', updatedAt: 2 })];
    given(legacy).when(platform).then();
    given(legacy, '2027-01-01').when(platform).then('value data.items[].updatedAt');
  });

  it('finds rows of somebody else', () => {
    const list = items({ id: 'a', userId: 'ada' }, { id: 'b', userId: 'ben' });
    expect(hasForeignRows(list, rules, 'ada')).to.equal(true);
    expect(hasForeignRows(items({ id: 'a', userId: 'ada' }), rules, 'ada')).to.equal(false);
    expect(hasForeignRows({ status: 404, body: undefined }, rules, 'ada')).to.equal(false);
  });
});
