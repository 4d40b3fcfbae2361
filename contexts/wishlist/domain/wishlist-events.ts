import type { Brand, Instant, Message, UserId } from '@lego-moc/kernel/message';

export type ItemId = Brand<string, 'ItemId'>;

/** An amount in the smallest unit of its currency: { amount: 1299, currency: 'EUR' } is 12.99 €. */
export type Price = { readonly amount: number; readonly currency: string };

/** The content of a wish. */
export type Wish = {
  readonly title: string;
  readonly description: string;
  /** The shop page of the item; empty when there is none. */
  readonly productLink: string;
  /** A LEGO theme out of the configured list; empty when not given. */
  readonly category: string;
  readonly priority: 'low' | 'medium' | 'high';
  /** The price when the wish was written. */
  readonly price: Price | null;
  /** Key of its image in object storage. */
  readonly image: string | null;
};

/** An item was added at the end of the list. */
export type WishlistItemAdded = Message<
  'WishlistItemAdded',
  { owner: UserId; itemId: ItemId; wish: Wish; addedAt: Instant }
>;

/** A wish was changed. `wish` is the whole of it after the change. */
export type WishlistItemUpdated = Message<'WishlistItemUpdated', { itemId: ItemId; wish: Wish }>;

/** A smaller WebP of an image. */
export type PreviewRendition = {
  /** The square in pixels that it fits into. */
  readonly side: number;
  readonly width: number;
  readonly height: number;
  /** In bytes. */
  readonly size: number;
};

/** What a page needs of an image before it has loaded; its renditions lie beside it in object storage. */
export type ImagePreview = {
  readonly width: number;
  readonly height: number;
  readonly blurhash: string;
  readonly dominantColour: string;
  readonly renditions: readonly PreviewRendition[];
};

/** The image of an item was described. `preview` is null when it could not be. */
export type WishImageDescribed = Message<
  'WishImageDescribed',
  { itemId: ItemId; image: string; preview: ImagePreview | null }
>;

/** An item was deleted. */
export type WishlistItemDeleted = Message<'WishlistItemDeleted', { itemId: ItemId }>;

/** An order was proposed, which takes effect at `persistAt` unless a newer one comes. */
export type ReorderProposed = Message<
  'ReorderProposed',
  { requestId: string; order: readonly ItemId[]; persistAt: Instant }
>;

/** A proposed order was cancelled before it took effect. */
export type ReorderCancelled = Message<'ReorderCancelled', { requestId: string }>;

/** The list was put in this order. Items that it does not name follow in the order they had. */
export type WishlistReordered = Message<'WishlistReordered', { order: readonly ItemId[]; requestId: string }>;

/** The columns of a wish at the monolith, as they are there. */
export type LegacyColumns = {
  readonly title: string;
  readonly description: string | null;
  readonly product_link: string | null;
  readonly image_url: string | null;
  readonly category: string | null;
  /** A number as text, sorted as text there: '10' comes before '9'. */
  readonly sort_order: string;
};

export type LegacyFinding = 'title-blank' | 'title-too-long' | 'link-unsafe' | 'order-unreadable' | 'image-left-behind';

/** A row of the monolith was taken over, as it was there. `wish` is the whole of it after the change. */
export type WishImported = Message<
  'WishImported',
  {
    owner: UserId;
    itemId: ItemId;
    wish: Wish;
    addedAt: Instant;
    legacy: LegacyColumns;
    /** Grows with the changes of one row; 0 for rows that were there before changes were counted. */
    sequence: number;
    /** What about the row no request would be allowed: kept, or left out and kept in `legacy` only. */
    findings: readonly LegacyFinding[];
  }
>;

/** The account of the owner was erased. The list is empty from then on and takes no command. */
export type WishlistErased = Message<'WishlistErased', { erasedAt: Instant }>;

export type WishlistEvent =
  | WishlistItemAdded
  | WishlistItemUpdated
  | WishImageDescribed
  | WishlistItemDeleted
  | ReorderProposed
  | ReorderCancelled
  | WishlistReordered
  | WishImported
  | WishlistErased;
