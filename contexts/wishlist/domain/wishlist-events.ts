import type { Brand, Instant, Message, UserId } from '@lego-moc/kernel/message';

export type ItemId = Brand<string, 'ItemId'>;

/** An amount in the smallest unit of its currency: { amount: 1299, currency: 'EUR' } is 12.99 €. */
export type Price = { readonly amount: number; readonly currency: string };

/** What somebody wishes for, as they put it. */
export type Wish = {
  readonly title: string;
  readonly description: string;
  /** Where it can be had; empty when they do not say. */
  readonly productLink: string;
  /** A LEGO theme out of the configured list; empty when they name none. */
  readonly category: string;
  readonly priority: 'low' | 'medium' | 'high';
  /** What it cost when it was noted. */
  readonly price: Price | null;
  /** Key of its image in object storage. */
  readonly image: string | null;
};

/** Somebody wished for something; it stands last on their list. */
export type WishlistItemAdded = Message<
  'WishlistItemAdded',
  { owner: UserId; itemId: ItemId; wish: Wish; addedAt: Instant }
>;

/** They put a wish differently. `wish` is all of it, as it stands now. */
export type WishlistItemUpdated = Message<'WishlistItemUpdated', { itemId: ItemId; wish: Wish }>;

/** They wish for it no more. */
export type WishlistItemDeleted = Message<'WishlistItemDeleted', { itemId: ItemId }>;

/** They began to put the list in this order, and may still be at it until `persistAt`. */
export type ReorderProposed = Message<
  'ReorderProposed',
  { requestId: string; order: readonly ItemId[]; persistAt: Instant }
>;

/** They thought better of it before it was settled. */
export type ReorderCancelled = Message<'ReorderCancelled', { requestId: string }>;

/** The list stands in this order. Items that it does not name follow in the order they had. */
export type WishlistReordered = Message<'WishlistReordered', { order: readonly ItemId[]; requestId: string }>;

/** Whoever wished is erased. What was on the list is forgotten, and nothing is wished for here again. */
export type WishlistErased = Message<'WishlistErased', { erasedAt: Instant }>;

export type WishlistEvent =
  | WishlistItemAdded
  | WishlistItemUpdated
  | WishlistItemDeleted
  | ReorderProposed
  | ReorderCancelled
  | WishlistReordered
  | WishlistErased;
