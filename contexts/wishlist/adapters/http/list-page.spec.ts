import { expect } from 'chai';
import type { Instant } from '@lego-moc/kernel/message';
import { wishlistDecider } from '../../domain/wishlist.ts';
import type { Wishlist } from '../../domain/wishlist-state.ts';
import type { ItemId, Wish } from '../../domain/wishlist-events.ts';
import { pageOf } from './list-page.ts';

const noon = '2026-01-01T12:00:00.000Z' as Instant;
const wish = (title: string, category = ''): Wish => ({
  ...{ title, category, description: '', productLink: '', priority: 'low', price: null, image: null },
});

const listOf = (...wishes: readonly Wish[]): Wishlist => ({
  ...wishlistDecider.initial,
  items: wishes.map((wish, place) => ({ itemId: `item-${String(place)}` as ItemId, wish, addedAt: noon })),
});

const findTitles = (list: Wishlist, filter: { readonly q?: string; readonly category?: string }): readonly string[] =>
  pageOf(list, { revision: 0n, place: 0 }, { limit: 50, ...filter }).items.map(({ title }) => title);

describe('looking for words on a wishlist', () => {
  for (const [label, spellings] of [
    ['a sharp s', ['Straße', 'STRASSE', 'strasse', 'STRAẞE']],
    ['a sigma that ends the word', ['Οδός', 'ΟΔΟΣ', 'οδοσ']],
    ['an i with and without a dot', ['Işık', 'ışık', 'IŞIK', 'İSIK', 'isik']],
    ['an accent, of one piece or two', ['Château', 'CHÂTEAU', 'chateau', 'cha\u0302teau']],
    ['an iota below, which few write', ['ᾠδή', 'ᾨΔΗ', 'ωδη']],
    ['letters tied together', ['Offizier', 'O\ufb03zier', 'OFFIZIER']],
  ] as const)
    it(`finds ${label} however either side spells it`, () => {
      for (const title of spellings)
        for (const q of spellings)
          expect(findTitles(listOf(wish(title)), { q }), `${q} in ${title}`).to.deep.equal([title]);
    });

  it('finds the beginning of a word that ends in a sigma of another form', () => {
    expect(findTitles(listOf(wish('Φάροσα')), { q: 'ΦΑΡΟΣ' })).to.deep.equal(['Φάροσα']);
  });

  it('compares categories without case and accents', () => {
    expect(findTitles(listOf(wish('Tram', 'Straße'), wish('Ship', 'Pirates')), { category: 'STRASSE' })).to.deep.equal([
      'Tram',
    ]);
  });

  it('finds nothing by words that no item has', () => {
    expect(findTitles(listOf(wish('Straße'), wish('Château')), { q: 'strase' })).to.deep.equal([]);
  });
});
