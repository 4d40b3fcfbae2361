import { expect } from 'chai';
import { maskData } from './masking.ts';

const VISIBILITY = { shown: ['itemId', 'priority', 'count', 'tags'] };

describe('maskData', () => {
  it('masks every value whose field is not shown, and says of which kind it was', () => {
    const data = { itemId: 'a', title: 'Crane', wish: { priority: 'high', price: 12, isNew: true, image: null } };
    expect(maskData(data, VISIBILITY)).to.deep.equal({
      itemId: 'a',
      title: { masked: 'string' },
      wish: { priority: 'high', price: { masked: 'number' }, isNew: { masked: 'boolean' }, image: null },
    });
  });

  it('shows nothing where nothing is allowed', () => {
    expect(maskData({ itemId: 'a' }, { shown: [] })).to.deep.equal({ itemId: { masked: 'string' } });
    expect(maskData('ada@example.test', { shown: [] })).to.deep.equal({ masked: 'string' });
  });

  it('shows nothing below a secret, whatever its fields are called', () => {
    const visibility = { ...VISIBILITY, secret: ['sealed'] };
    expect(maskData({ sealed: { count: 1, deeper: { itemId: 'a' } } }, visibility)).to.deep.equal({
      sealed: { count: { masked: 'number' }, deeper: { itemId: { masked: 'string' } } },
    });
  });

  it('masks keys that a user may have written', () => {
    expect(maskData({ 'ada@example.test': { count: 1 }, 'a b': 2 }, VISIBILITY)).to.deep.equal({
      '(masked 0)': { masked: 'key' },
      '(masked 1)': { masked: 'key' },
    });
  });

  it('cuts long lists, long objects and long texts', () => {
    const view = maskData({ tags: Array.from({ length: 130 }, () => 'x'), itemId: 'a'.repeat(301) }, VISIBILITY);
    const { tags, itemId } = view as { tags: readonly unknown[]; itemId: unknown };
    expect(tags).to.have.length(101);
    expect(tags.at(-1)).to.deep.equal({ masked: 'rest', count: 30 });
    expect(itemId).to.deep.equal({ masked: 'string' });
    const wide = maskData(
      Object.fromEntries(Array.from({ length: 130 }, (_, at) => [`k${String(at)}`, null])),
      VISIBILITY,
    );
    expect(Object.keys(wide as object)).to.have.length(101);
  });

  it('shows maps and sets of a state as objects and lists', () => {
    const state = { items: new Map([['a', { count: 1 }]]), tags: new Set(['x']) };
    expect(maskData(state, VISIBILITY)).to.deep.equal({ items: { a: { count: 1 } }, tags: ['x'] });
  });
});
