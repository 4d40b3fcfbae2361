import { unreachable } from '@lego-moc/kernel/decider';
import type { InventoryItemEvent, InventoryUpdated, ItemTracked } from './inventory-item-events.ts';
import { addAcquired, type InventoryItem, type ItemLot, type TrackedItem } from './tracked-item.ts';

/** Entries that a client may still repeat; older ones were answered long ago. */
export const ENTRY_IDS_MAX = 1_000;

const track = ({ data }: ItemTracked): TrackedItem => {
  const { at, lots, ...rest } = data;
  return {
    ...rest,
    status: 'tracked',
    trackedAt: at,
    changedAt: at,
    lots: lots.map(({ lot, quantity }) => ({ lot, needed: quantity, acquired: 0, missing: 0, damaged: 0 })),
    sections: [],
    purchases: [],
    entryIds: [],
    notes: '',
    costEstimate: null,
    purchased: false,
    built: false,
  };
};

const markedLots = (lots: readonly ItemLot[], { marks }: InventoryUpdated['data']): readonly ItemLot[] => {
  const byLot = new Map(marks.map((mark) => [mark.lot, mark]));
  return lots.map((lot) => {
    const mark = byLot.get(lot.lot);
    return mark === undefined ? lot : { ...lot, missing: mark.missing, damaged: mark.damaged };
  });
};

const update = (item: TrackedItem, { data }: InventoryUpdated): TrackedItem => {
  const { change } = data;
  return {
    ...item,
    lots: markedLots(item.lots, data),
    title: change.title ?? item.title,
    notes: change.notes ?? item.notes,
    costEstimate: change.costEstimate === undefined ? item.costEstimate : change.costEstimate,
    purchased: change.purchased ?? item.purchased,
    built: change.built ?? item.built,
    statedPieces: change.statedPieces === undefined ? (item.statedPieces ?? null) : change.statedPieces,
    statedCost: change.statedCost === undefined ? (item.statedCost ?? null) : change.statedCost,
  };
};

const evolveTracked = (
  item: TrackedItem,
  event: Exclude<InventoryItemEvent, { type: 'ItemTracked' | 'ItemUntracked' | 'ItemErased' }>,
): TrackedItem => {
  switch (event.type) {
    case 'ItemDivided':
      return { ...item, sections: event.data.sections };
    case 'PartsAcquired': {
      const { entryId, lots } = event.data;
      const entryIds = [...item.entryIds, entryId].slice(-ENTRY_IDS_MAX);
      return { ...item, lots: addAcquired(item.lots, lots), entryIds, statedPieces: null };
    }
    case 'PartsPurchased': {
      const { purchase, acquired } = event.data;
      const purchases = [...item.purchases, { ...purchase, acquired, isReversed: false }];
      return { ...item, lots: addAcquired(item.lots, acquired), purchases, statedPieces: null };
    }
    case 'PurchaseReversed': {
      const { purchaseId, returned } = event.data;
      const deductions = returned.map(({ lot, quantity }) => ({ lot, quantity: -quantity }));
      const purchases = item.purchases.map((purchase) =>
        purchase.purchaseId === purchaseId ? { ...purchase, isReversed: true } : purchase,
      );
      return { ...item, lots: addAcquired(item.lots, deductions), purchases, statedPieces: null };
    }
    case 'InventoryUpdated':
      return update(item, event);
    case 'BuildStatusChanged':
      return item;
    default:
      return unreachable(event);
  }
};

/** The item after one more event. */
export const applyEvent = (item: InventoryItem, event: InventoryItemEvent): InventoryItem => {
  switch (event.type) {
    case 'ItemTracked':
      return track(event);
    case 'ItemUntracked':
      return { status: 'untracked', owner: event.data.owner };
    case 'ItemErased':
      return { status: 'erased' };
    default:
      return item.status === 'tracked' ? { ...evolveTracked(item, event), changedAt: event.data.at } : item;
  }
};
