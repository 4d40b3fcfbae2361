import { reject } from '@lego-moc/kernel/decider';
import type { AcquireParts, ItemDecision, UpdateInventory } from './inventory-item-commands.ts';
import type { ItemChange } from './inventory-item-events.ts';
import { mergeLots, nameOf, type LotKey } from './lots.ts';
import { actualCosts, countPieces, lotNotFound, type ItemLot, type TrackedItem } from './tracked-item.ts';

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

const isSamePrice = (price: ItemChange['costEstimate'], other: ItemChange['costEstimate']): boolean =>
  price === undefined || (price?.amount === other?.amount && price?.currency === other?.currency);

const changesNothing = (change: ItemChange, item: TrackedItem): boolean =>
  (['title', 'notes', 'purchased', 'built'] as const).every(
    (field) => (change[field] ?? item[field]) === item[field],
  ) &&
  (change.statedPieces === undefined || change.statedPieces === (item.statedPieces ?? null)) &&
  isSamePrice(change.costEstimate, item.costEstimate) &&
  isSamePrice(change.statedCost, item.statedCost);

/** Why an owner cannot say so many pieces or such a cost of an item; `undefined` when they can. */
export const refuseStatement = ({ statedPieces, statedCost }: ItemChange, item: TrackedItem) => {
  const { needed, acquired } = countPieces(item);
  const pieces = statedPieces ?? acquired;
  if (pieces > needed)
    return reject('acquired-exceeds-needed', `${String(needed)} pieces are needed, not ${String(pieces)}.`);
  if (pieces < acquired)
    return reject(
      'lots-not-named',
      `The lots have ${String(acquired)} pieces. Say which of them are gone, by an entry of the inventory item.`,
    );
  const isBought = item.purchases.some(({ isReversed }) => !isReversed);
  const [cost, ...otherCosts] = isBought ? actualCosts(item) : [];
  if (statedCost === undefined || !isBought || (isSamePrice(statedCost, cost) && otherCosts.length === 0))
    return undefined;
  return reject('cost-of-purchases', 'The purchases say what it cost. Record another one, or reverse one.');
};

/** Changes notes, costs and flags of the item, and what is missing or damaged of its lots. */
export const updateInventory = ({ data: { change, marks, at } }: UpdateInventory, item: TrackedItem): ItemDecision => {
  const { itemId, owner } = item;
  const refusal = refuseStatement(change, item);
  if (refusal !== undefined) return refusal;
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
