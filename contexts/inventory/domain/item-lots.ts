import { reject } from '@lego-moc/kernel/decider';
import type { AcquireParts, ItemDecision, UpdateInventory } from './inventory-item-commands.ts';
import type { ItemChange } from './inventory-item-events.ts';
import { mergeLots, nameOf, type LotKey } from './lots.ts';
import type { ItemLot, TrackedItem } from './tracked-item.ts';

const lotNotFound = (lot: LotKey) => reject('lot-not-found', `This item has no lot of ${nameOf(lot)}.`);

const byKey = ({ lots }: TrackedItem): ReadonlyMap<LotKey, ItemLot> => new Map(lots.map((lot) => [lot.lot, lot]));

/** All lots of an entry are accepted, or none is. */
export const acquireParts = ({ data }: AcquireParts, item: TrackedItem): ItemDecision => {
  const { entryId, at } = data;
  const { itemId, owner } = item;
  if (item.entryIds.includes(entryId)) return [];
  const lots = mergeLots(data.lots);
  const existing = byKey(item);
  for (const { lot: key, quantity } of lots) {
    const lot = existing.get(key);
    if (lot === undefined) return lotNotFound(key);
    const sum = lot.acquired + quantity;
    if (sum > lot.needed) {
      const open = lot.needed - lot.acquired;
      return reject(
        'acquired-exceeds-needed',
        `${nameOf(key)}: ${String(open)} more are needed, not ${String(quantity)}.`,
      );
    }
    if (sum < lot.missing + lot.damaged) {
      const free = lot.acquired - lot.missing - lot.damaged;
      return reject('acquired-below-marked', `${nameOf(key)}: at most ${String(free)} can be taken back.`);
    }
  }
  return lots.length === 0 ? [] : [{ type: 'PartsAcquired', data: { itemId, owner, entryId, lots, at } }];
};

const isSamePrice = (price: ItemChange['costEstimate'], other: TrackedItem['costEstimate']): boolean =>
  price === undefined || (price?.amount === other?.amount && price?.currency === other?.currency);

const changesNothing = (change: ItemChange, item: TrackedItem): boolean =>
  (change.title ?? item.title) === item.title &&
  (change.notes ?? item.notes) === item.notes &&
  (change.purchased ?? item.purchased) === item.purchased &&
  (change.built ?? item.built) === item.built &&
  isSamePrice(change.costEstimate, item.costEstimate);

/** Changes notes, costs and flags of the item, and what is missing or damaged of its lots. */
export const updateInventory = ({ data: { change, marks, at } }: UpdateInventory, item: TrackedItem): ItemDecision => {
  const { itemId, owner } = item;
  const existing = byKey(item);
  for (const { lot: key, missing, damaged } of marks) {
    const lot = existing.get(key);
    if (lot === undefined) return lotNotFound(key);
    if (missing + damaged > lot.acquired) {
      const acquiredPieces = String(lot.acquired);
      return reject('marked-exceeds-acquired', `${nameOf(key)}: only ${acquiredPieces} were acquired.`);
    }
  }
  const changedMarks = marks.filter(({ lot: key, missing, damaged }) => {
    const lot = existing.get(key);
    return lot?.missing !== missing || lot.damaged !== damaged;
  });
  if (changedMarks.length === 0 && changesNothing(change, item)) return [];
  return [{ type: 'InventoryUpdated', data: { itemId, owner, change, marks: changedMarks, at } }];
};
