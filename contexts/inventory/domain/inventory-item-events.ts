import type { Brand, Instant, Message, UserId } from '@lego-moc/kernel/message';
import type { LotKey, LotQuantity } from './lots.ts';

export type InventoryItemId = Brand<string, 'InventoryItemId'>;

export const sourceKinds = ['parts-list', 'wish', 'set', 'loose'] as const;

/** The thing whose pieces are tracked. The inventory knows no more of it than this reference. */
export type Source = { readonly kind: (typeof sourceKinds)[number]; readonly id: string };

/** An amount in the smallest unit of its currency: { amount: 1299, currency: 'EUR' } is 12.99 €. */
export type Price = { readonly amount: number; readonly currency: string };

/** The file that lots were read from. A job never changes once it has completed. */
export type Origin = { readonly jobId: string; readonly contentHash: string; readonly catalogueRelease: string };

/** A purchase as the buyer recorded it. `date` is a day, `YYYY-MM-DD`. */
export type Purchase = {
  readonly purchaseId: string;
  readonly date: string;
  readonly shop: string;
  readonly orderId: string | null;
  readonly price: Price;
  readonly lots: readonly LotQuantity[];
};

/** Pieces of a lot that were acquired and cannot be built with. */
export type LotMark = { readonly lot: LotKey; readonly missing: number; readonly damaged: number };

/** A bag or a building step, and the pieces of the item's lots that belong to it. */
export type Section = {
  readonly kind: 'bag' | 'step';
  readonly name: string;
  readonly lots: readonly LotQuantity[];
};

export type ItemChange = {
  readonly title?: string | undefined;
  readonly notes?: string | undefined;
  readonly costEstimate?: Price | null | undefined;
  readonly purchased?: boolean | undefined;
  readonly built?: boolean | undefined;
  /** How many pieces are there, without saying which; null when the lots say all. */
  readonly statedPieces?: number | null | undefined;
  /** What it cost, without a purchase that says so. */
  readonly statedCost?: Price | null | undefined;
};

type Subject = { readonly itemId: InventoryItemId; readonly owner: UserId; readonly at: Instant };

/** A builder began to track the pieces of a source; each lot with the pieces it needs. */
export type ItemTracked = Message<
  'ItemTracked',
  Subject & {
    readonly source: Source;
    readonly title: string;
    readonly origin: Origin | null;
    readonly lots: readonly LotQuantity[];
  }
>;

/** The lots were divided into these bags and steps, in place of the former ones. */
export type ItemDivided = Message<'ItemDivided', Subject & { readonly sections: readonly Section[] }>;

/** Pieces were acquired; a negative quantity takes an earlier entry back. */
export type PartsAcquired = Message<'PartsAcquired', Subject & { entryId: string; lots: readonly LotQuantity[] }>;

/** A purchase was recorded, for ever. `acquired` is the part of it that the item still needed. */
export type PartsPurchased = Message<
  'PartsPurchased',
  Subject & { purchase: Purchase; acquired: readonly LotQuantity[] }
>;

/** The counter-entry of a purchase. `returned` are the acquired pieces that left with it. */
export type PurchaseReversed = Message<
  'PurchaseReversed',
  Subject & { purchaseId: string; reason: string; returned: readonly LotQuantity[] }
>;

/** Notes, costs or marks of lots were changed. Absent fields stayed as they were. */
export type InventoryUpdated = Message<'InventoryUpdated', Subject & { change: ItemChange; marks: readonly LotMark[] }>;

/** The part of the needed pieces that can be built with changed, in whole per cent, or the model was built or taken apart. */
export type BuildStatusChanged = Message<
  'BuildStatusChanged',
  Subject & { source: Source; percentage: number; built: boolean }
>;

/** The builder tracks the source no more. */
export type ItemUntracked = Message<'ItemUntracked', Subject>;

/** The account of the owner was erased. The item takes no command from then on. */
export type ItemErased = Message<'ItemErased', { readonly at: Instant }>;

export type InventoryItemEvent =
  | ItemTracked
  | ItemDivided
  | PartsAcquired
  | PartsPurchased
  | PurchaseReversed
  | InventoryUpdated
  | BuildStatusChanged
  | ItemUntracked
  | ItemErased;
