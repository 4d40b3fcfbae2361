import type { Decision } from '@lego-moc/kernel/decider';
import type { Instant, Message, UserId } from '@lego-moc/kernel/message';
import type {
  InventoryItemEvent,
  ItemChange,
  ItemTracked,
  LotMark,
  Purchase,
  Section,
} from './inventory-item-events.ts';
import type { LotQuantity } from './lots.ts';

type By = { readonly by: UserId; readonly at: Instant };

/** `sections` are the steps that the list brings. */
export type TrackItem = Message<
  'TrackItem',
  ItemTracked['data'] & { readonly sections?: readonly Section[] | undefined }
>;
/** Replaces all sections. */
export type DivideItem = Message<'DivideItem', By & { sections: readonly Section[] }>;
/** Adds to what is acquired; a negative quantity takes an earlier entry back. */
export type AcquireParts = Message<'AcquireParts', By & { entryId: string; lots: readonly LotQuantity[] }>;
export type PurchaseParts = Message<'PurchaseParts', By & { purchase: Purchase }>;
export type ReversePurchase = Message<'ReversePurchase', By & { purchaseId: string; reason: string }>;
/** Changes what is given and keeps what is not. */
export type UpdateInventory = Message<'UpdateInventory', By & { change: ItemChange; marks: readonly LotMark[] }>;
export type UntrackItem = Message<'UntrackItem', By>;
export type EraseItem = Message<'EraseItem', { readonly at: Instant }>;

export type OwnersCommand = DivideItem | AcquireParts | PurchaseParts | ReversePurchase | UpdateInventory | UntrackItem;
export type InventoryItemCommand = TrackItem | OwnersCommand | EraseItem;

export type InventoryItemRejection =
  | 'item-not-found'
  | 'item-already-tracked'
  | 'owner-erased'
  | 'lot-not-found'
  | 'sections-exceed-needed'
  | 'lots-not-named'
  | 'cost-of-purchases'
  | 'acquired-exceeds-needed'
  | 'acquired-below-marked'
  | 'marked-exceeds-acquired'
  | 'purchase-not-found'
  | 'purchase-already-recorded'
  | 'too-many-purchases'
  | 'too-many-lots';

export type ItemDecision = Decision<InventoryItemEvent, InventoryItemRejection>;
