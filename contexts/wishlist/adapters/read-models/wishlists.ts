import type { RecordedEvent } from '@lego-moc/application/event-streams';
import type { Projection } from '@lego-moc/read-models/projection';
import { wishlistDecider } from '../../domain/wishlist.ts';
import type { Wishlist } from '../../domain/wishlist-state.ts';
import type { WishlistEvent } from '../../domain/wishlist-events.ts';

/** A wishlist as a row. */
export type WishlistRow = Omit<Wishlist, 'proposed' | 'settled'> & {
  readonly proposed: NonNullable<Wishlist['proposed']> | null;
  readonly settled: string | null;
};

const toRow = (list: Wishlist): WishlistRow => ({
  ...list,
  proposed: list.proposed ?? null,
  settled: list.settled ?? null,
});

/** The wishlist in a row. */
export const toWishlist = ({ items, proposed, settled, deleted, erased }: WishlistRow): Wishlist => ({
  items,
  proposed: proposed ?? undefined,
  settled: settled ?? undefined,
  deleted,
  erased,
});

/** Wishlists are read as a whole, by their owners only, and mostly change by one item. */
export const wishlists: Projection<WishlistEvent, WishlistRow> = {
  name: 'wishlists',
  source: { category: 'wishlist' },
  columns: {
    items: { membersBy: 'itemId' },
    proposed: 'json',
    settled: 'text',
    deleted: 'json',
    erased: 'boolean',
  },
  indexes: [],
  evolve: (row, { event }: RecordedEvent<WishlistEvent>) =>
    toRow(wishlistDecider.evolve(row === undefined ? wishlistDecider.initial : toWishlist(row), event)),
};
