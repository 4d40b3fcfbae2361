import type { HandleCommand } from '@lego-moc/application/command-handler';
import type { Cause } from '@lego-moc/application/event-streams';
import type { FoldedStates } from '@lego-moc/application/folded-states';
import { derivedId } from '@lego-moc/kernel/ids';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { BuildCommand, BuildRejection } from '../domain/builds/build-commands.ts';
import type { ImportCommand, ImportRejection } from '../domain/imports/stock-import.ts';
import type { Entry, Inventory, InventoryCommand, InventoryRejection } from '../domain/inventory.ts';
import type { LedgerCommand, LedgerRejection } from '../domain/ledger/ledger-import.ts';
import type { InventoryItemCommand, InventoryItemRejection } from '../domain/inventory-item-commands.ts';
import { entriesOf } from '../domain/persistent-map.ts';
import type { HoldingCommand, HoldingRejection } from '../domain/stock/holding-commands.ts';
import { inventoryIdOf } from './inventory-ids.ts';

export type ErasureDependencies = {
  readonly inventories: FoldedStates<InventoryCommand, Inventory, InventoryRejection>;
  readonly handleItem: HandleCommand<InventoryItemCommand, InventoryItemRejection>;
  readonly handleHolding: HandleCommand<HoldingCommand, HoldingRejection>;
  readonly handleImport: HandleCommand<ImportCommand, ImportRejection>;
  readonly handleLedgerImport: HandleCommand<LedgerCommand, LedgerRejection>;
  readonly handleBuild: HandleCommand<BuildCommand, BuildRejection>;
  /** Each removes what is stored of an owner beside the streams: replies to repeated requests, lists, scores. */
  readonly deletions: readonly ((owner: UserId) => Promise<void>)[];
};

/** Erases the register first, so that nothing is added meanwhile, then every stream that it lists. Idempotent. */
export const eraseInventory = (needs: ErasureDependencies) => {
  const { inventories, handleItem, handleHolding, handleImport, handleLedgerImport, handleBuild, deletions } = needs;
  const eraseEntry = (
    owner: UserId,
    at: Instant,
  ): Record<Entry['kind'], (id: string, cause: Cause) => Promise<unknown>> => ({
    item: (id, cause) => handleItem(id, { type: 'EraseItem', data: { at } }, cause),
    holding: (id, cause) => handleHolding(id, { type: 'EraseHolding', data: { at } }, cause),
    import: (id, cause) => handleImport(id, { type: 'EraseImport', data: { at } }, cause),
    'ledger-import': (id, cause) => handleLedgerImport(id, { type: 'EraseLedgerImport', data: { at } }, cause),
    build: (id, cause) => handleBuild(id, { type: 'EraseBuild', data: { at } }, cause),
    membership: (id, cause) => handleBuild(id, { type: 'LeaveBuild', data: { by: owner, member: owner, at } }, cause),
  });

  return async (owner: UserId, at: Instant, cause: Cause): Promise<void> => {
    const id = inventoryIdOf(owner);
    await inventories.handle(id, { type: 'EraseInventory', data: { at } }, cause);
    const { state } = await inventories.latest(id);
    for (const [, entry] of entriesOf(state.entries)) {
      const entryCause = { ...cause, commandId: derivedId('erase', cause.commandId, entry.id) };
      await eraseEntry(owner, at)[entry.kind](entry.id, entryCause);
    }
    for (const deleteRows of deletions) await deleteRows(owner);
  };
};
