import type { HandleCommand, Outcome } from '@lego-moc/application/command-handler';
import type { Cause } from '@lego-moc/application/event-streams';
import { isRejection } from '@lego-moc/kernel/decider';
import { derivedId } from '@lego-moc/kernel/ids';
import type { InventoryCommand, InventoryRejection } from '../domain/inventory.ts';
import type { InventoryItemCommand, InventoryItemRejection, TrackItem } from '../domain/inventory-item-commands.ts';
import { inventoryIdOf } from './inventory-ids.ts';

export type TrackingDependencies = {
  readonly handleInventory: HandleCommand<InventoryCommand, InventoryRejection>;
  readonly handleItem: HandleCommand<InventoryItemCommand, InventoryItemRejection>;
};

/** Lists the item in its owner's register before it begins, so that no erasure misses it. */
export const trackSource =
  ({ handleInventory, handleItem }: TrackingDependencies) =>
  async (data: TrackItem['data'], cause: Cause): Promise<Outcome<InventoryItemRejection | InventoryRejection>> => {
    const { owner, itemId, at } = data;
    const listCause = { ...cause, commandId: derivedId('list', cause.commandId) };
    const entry = { kind: 'item', id: itemId } as const;
    const listing = await handleInventory(
      inventoryIdOf(owner),
      { type: 'ListEntry', data: { owner, entry, at } },
      listCause,
    );
    return isRejection(listing) ? listing : handleItem(itemId, { type: 'TrackItem', data }, cause);
  };
