import { expect } from 'chai';
import fc from 'fast-check';
import { columnsFor, findingsIn, LAST_PLACE, placeIn, wishIn } from './legacy-columns.ts';
import type { LegacyColumns, Wish } from './wishlist-events.ts';

const columns: LegacyColumns = {
  ...{
    title: '  Galaxy Explorer ',
    description: null,
    product_link: 'javascript:alert(1)',
    image_url: '/uploads/1.jpg',
  },
  ...{ category: 'Space ', sort_order: '007' },
};
const rest: Pick<Wish, 'priority' | 'price' | 'image'> = { priority: 'medium', price: null, image: null };

describe('a row of the monolith', () => {
  for (const [text, place] of [
    ['9', 9],
    ['10', 10],
    ['007', 7],
    ['2.5', 2.5],
    ['-1', -1],
    ['', LAST_PLACE],
    ['n/a', LAST_PLACE],
    ['Infinity', LAST_PLACE],
  ] as const)
    it(`has the place ${String(place)} for the order "${text}"`, () => {
      expect(placeIn(text)).to.equal(place);
    });

  it('shows no link that is none, and a title in any case', () => {
    expect(wishIn(columns)).to.deep.equal({
      ...{ title: 'Galaxy Explorer', description: '', productLink: '', category: 'Space' },
    });
    expect(wishIn({ ...columns, title: ' ' }).title).to.equal('Untitled');
  });

  it('is taken with its findings', () => {
    expect(findingsIn(columns)).to.deep.equal(['link-unsafe', 'image-left-behind']);
    expect(findingsIn({ ...columns, title: '', sort_order: 'n/a', product_link: '', image_url: null })).to.deep.equal([
      'title-blank',
      'order-unreadable',
    ]);
  });

  it('comes back as it was, unless somebody changed it', () => {
    const text = fc.oneof(fc.string(), fc.constantFrom('', ' ', 'https://example.test/a', '10', '007', 'n/a'));
    const row: fc.Arbitrary<LegacyColumns> = fc.record({
      ...{ title: text, description: fc.option(text), product_link: fc.option(text), image_url: fc.option(text) },
      ...{ category: fc.option(text), sort_order: text },
    });
    fc.assert(
      fc.property(row, (former) => {
        expect(columnsFor({ ...rest, ...wishIn(former) }, placeIn(former.sort_order), former)).to.deep.equal(former);
      }),
    );
    expect(columnsFor({ ...rest, ...wishIn(columns), title: 'Castle' }, 3, columns)).to.deep.equal({
      ...columns,
      ...{ title: 'Castle', sort_order: '3' },
    });
  });

  it('is made for a wish that the monolith does not know', () => {
    const wish = { ...rest, title: 'Castle', description: '', productLink: 'https://example.test/', category: '' };
    expect(columnsFor(wish, 0, undefined)).to.deep.equal({
      ...{ title: 'Castle', description: null, product_link: 'https://example.test/', image_url: null },
      ...{ category: null, sort_order: '0' },
    });
  });
});
