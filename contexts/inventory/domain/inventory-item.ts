import { isRejection, reject, unreachable, type Decider } from '@lego-moc/kernel/decider';
import { applyEvent } from './item-history.ts';
import { acquireParts, updateInventory } from './item-lots.ts';
import { divideItem } from './sections.ts';
import { purchaseParts, reversePurchase } from './item-purchases.ts';
import type {
  InventoryItemCommand,
  InventoryItemRejection,
  ItemDecision,
  OwnersCommand,
  TrackItem,
} from './inventory-item-commands.ts';
import type { InventoryItemEvent } from './inventory-item-events.ts';
import { percentageOf, type InventoryItem, type TrackedItem } from './tracked-item.ts';

/** More than the longest list in use has, and less than an event's megabyte holds. */
export const LOTS_MAX = 10_000;

const decide = (command: InventoryItemCommand, item: InventoryItem): ItemDecision => {
  if (command.type === 'EraseItem')
    return item.status === 'erased' ? [] : [{ type: 'ItemErased', data: { at: command.data.at } }];
  if (item.status === 'erased') return reject('owner-erased', 'The account of the owner was erased.');
  if (command.type === 'TrackItem') return withBuildStatus(item, track(command, item));
  if (item.status === 'absent' || item.owner !== command.data.by) return itemNotFound;
  if (item.status === 'untracked') return command.type === 'UntrackItem' ? [] : itemNotFound;
  return withBuildStatus(item, decideTracked(command, item));
};

const decideTracked = (command: OwnersCommand, item: TrackedItem): ItemDecision => {
  switch (command.type) {
    case 'DivideItem':
      return divideItem(command, item);
    case 'AcquireParts':
      return acquireParts(command, item);
    case 'PurchaseParts':
      return purchaseParts(command, item);
    case 'ReversePurchase':
      return reversePurchase(command, item);
    case 'UpdateInventory':
      return updateInventory(command, item);
    case 'UntrackItem':
      return [{ type: 'ItemUntracked', data: { itemId: item.itemId, owner: item.owner, at: command.data.at } }];
    default:
      return unreachable(command);
  }
};

const track = ({ data: { sections = [], ...data } }: TrackItem, item: InventoryItem): ItemDecision => {
  if (item.status === 'tracked') {
    const isSame = item.origin?.jobId === data.origin?.jobId && item.lots.length === data.lots.length;
    return isSame ? [] : reject('item-already-tracked', 'You track this already; stop tracking it to begin anew.');
  }
  if (data.lots.length > LOTS_MAX)
    return reject('too-many-lots', `An item has at most ${String(LOTS_MAX)} lots.`, { lotsMax: LOTS_MAX });
  const { itemId, owner, at } = data;
  const division = { type: 'ItemDivided', data: { itemId, owner, sections, at } } as const;
  return [{ type: 'ItemTracked', data }, ...(sections.length === 0 ? [] : [division])];
};

/** Adds what the events mean for the building, so that readers need not add up lots. */
const withBuildStatus = (item: InventoryItem, decision: ItemDecision): ItemDecision => {
  if (isRejection(decision) || decision.length === 0) return decision;
  const after = decision.reduce(applyEvent, item);
  if (after.status !== 'tracked') return decision;
  const [percentage, built] = [percentageOf(after), after.built];
  const [before, wasBuilt] = item.status === 'tracked' ? [percentageOf(item), item.built] : [0, false];
  if (percentage === before && built === wasBuilt) return decision;
  const { itemId, owner, source, changedAt: at } = after;
  return [...decision, { type: 'BuildStatusChanged', data: { itemId, owner, source, percentage, built, at } }];
};

const itemNotFound = reject('item-not-found', 'You track no such item.');

export const inventoryItemDecider: Decider<
  InventoryItemCommand,
  InventoryItem,
  InventoryItemEvent,
  InventoryItemRejection
> = { initial: { status: 'absent' }, decide, evolve: applyEvent };
