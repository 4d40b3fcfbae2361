import type { Recorded } from '@lego-moc/kernel/event-streams';
import type { Projection } from '@lego-moc/projections/projection';
import { wishlistDecider, type Wishlist } from '../../domain/wishlist.ts';
import type { WishlistEvent } from '../../domain/wishlist-events.ts';

/** A wishlist as it stands. It is read as a whole, by its owner only. */
export type WishlistRow = { readonly list: Wishlist };

export const wishlists: Projection<WishlistEvent, WishlistRow> = {
  name: 'wishlists',
  source: { category: 'wishlist' },
  columns: { list: 'json' },
  indexes: [],
  evolve: (row, { event }: Recorded<WishlistEvent>) => ({
    list: wishlistDecider.evolve(row?.list ?? wishlistDecider.initial, event),
  }),
};
