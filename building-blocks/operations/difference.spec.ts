import { expect } from 'chai';
import { differenceOf } from './difference.ts';

const VISIBILITY = { shown: ['status', 'count', 'tags'], secret: ['sealed'] };

describe('differenceOf', () => {
  it('names each value that differs, masked unless its field is shown', () => {
    const before = { status: 'draft', title: 'Crane', items: { a: { count: 1 } }, same: 'x' };
    const after = { status: 'published', title: 'Tower', items: { a: { count: 2 }, b: { count: 1 } }, same: 'x' };
    expect(differenceOf(before, after, VISIBILITY)).to.deep.equal({
      isComplete: true,
      changes: [
        { path: 'items.a.count', before: 1, after: 2 },
        { path: 'items.b.count', after: 1 },
        { path: 'status', before: 'draft', after: 'published' },
        { path: 'title', before: { masked: 'string' }, after: { masked: 'string' } },
      ],
    });
  });

  it('shows nothing of a secret, and no key that a user may have written', () => {
    const change = differenceOf(
      { sealed: { count: 1 } },
      { sealed: { count: 2 }, 'ada@example.test': 'x' },
      VISIBILITY,
    );
    expect(change.changes).to.deep.equal([
      { path: '(masked)', after: { masked: 'string' } },
      { path: 'sealed.count', before: { masked: 'number' }, after: { masked: 'number' } },
    ]);
  });

  it('finds no difference between equal states, and cuts a long one', () => {
    expect(differenceOf({ tags: new Set(['a']) }, { tags: new Set(['a']) }, VISIBILITY).changes).to.deep.equal([]);
    const wide = Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`k${String(at)}`, at]));
    const { changes, isComplete } = differenceOf({}, wide, VISIBILITY);
    expect([changes.length, isComplete]).to.deep.equal([200, false]);
  });
});
