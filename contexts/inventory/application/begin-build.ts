import type { HandleCommand, Outcome } from '@lego-moc/application/command-handler';
import type { Cause } from '@lego-moc/application/event-streams';
import { isRejection } from '@lego-moc/kernel/decider';
import { derivedId } from '@lego-moc/kernel/ids';
import type { BeginBuild, BuildRejection } from '../domain/builds/build-commands.ts';
import type { InventoryCommand, InventoryRejection } from '../domain/inventory.ts';
import type { Builds } from './follow-builds.ts';
import { inventoryIdOf } from './inventory-ids.ts';

export type BeginDependencies = {
  readonly handleInventory: HandleCommand<InventoryCommand, InventoryRejection>;
  readonly builds: Builds;
};

/** Lists the build in its owner's register before it begins, so that no erasure misses it. */
export const beginBuild =
  ({ handleInventory, builds }: BeginDependencies) =>
  async (data: BeginBuild['data'], cause: Cause): Promise<Outcome<BuildRejection | InventoryRejection>> => {
    const { owner, buildId, at } = data;
    const listCause = { ...cause, commandId: derivedId('list', cause.commandId) };
    const entry = { kind: 'build', id: buildId } as const;
    const listing = await handleInventory(
      inventoryIdOf(owner),
      { type: 'ListEntry', data: { owner, entry, at } },
      listCause,
    );
    return isRejection(listing) ? listing : builds.handle(buildId, { type: 'BeginBuild', data }, cause);
  };
