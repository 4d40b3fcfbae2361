import type { Outcome } from '@lego-moc/application/command-handler';
import type { Cause } from '@lego-moc/application/event-streams';
import type { FoldedStates } from '@lego-moc/application/folded-states';
import { isRejection } from '@lego-moc/kernel/decider';
import { derivedId } from '@lego-moc/kernel/ids';
import type { UserId } from '@lego-moc/kernel/message';
import type { ImportId } from '../domain/imports/import-events.ts';
import type { ImportCommand, ImportRejection, RequestImport, StockImport } from '../domain/imports/stock-import.ts';
import type { InventoryRejection } from '../domain/inventory.ts';
import type { StockDependencies } from './change-stock.ts';
import { inventoryIdOf } from './inventory-ids.ts';

export type Imports = FoldedStates<ImportCommand, StockImport, ImportRejection>;

/** A job of a builder is imported once, however often it is asked for. */
export const importIdOf = (owner: UserId, jobId: string): ImportId => derivedId('import', owner, jobId) as ImportId;

/** Lists the import in its owner's register before it begins, so that no erasure misses it. */
export const requestImport =
  ({ imports, handleInventory }: Pick<StockDependencies, 'handleInventory'> & { readonly imports: Imports }) =>
  async (data: RequestImport['data'], cause: Cause): Promise<Outcome<ImportRejection | InventoryRejection>> => {
    const { owner, importId, at } = data;
    const entry = { kind: 'import', id: importId } as const;
    const listCause = { ...cause, commandId: derivedId('list', cause.commandId) };
    const listing = await handleInventory(
      inventoryIdOf(owner),
      { type: 'ListEntry', data: { owner, entry, at } },
      listCause,
    );
    return isRejection(listing) ? listing : imports.handle(importId, { type: 'RequestImport', data }, cause);
  };
