import type { Outcome } from '@lego-moc/application/command-handler';
import type { Cause } from '@lego-moc/application/event-streams';
import { isRejection } from '@lego-moc/kernel/decider';
import { derivedId } from '@lego-moc/kernel/ids';
import type { BuildRejection, JoinBuild } from '../domain/builds/build-commands.ts';
import { buildNotFound, roleOf } from '../domain/builds/build-sharing.ts';
import type { InventoryRejection } from '../domain/inventory.ts';
import type { BeginDependencies } from './begin-build.ts';
import { inventoryIdOf } from './inventory-ids.ts';

/** The id of an invitation, from which nobody learns its code. */
export const invitationIdOf = (buildId: string, code: string): string => derivedId('build-invitation', buildId, code);

/** Lists the membership in the member's own register before it begins, so that their erasure misses none. */
export const joinBuild =
  ({ handleInventory, builds }: BeginDependencies) =>
  async (
    buildId: string,
    data: JoinBuild['data'],
    cause: Cause,
  ): Promise<Outcome<BuildRejection | InventoryRejection>> => {
    const { state } = await builds.latest(buildId);
    const isInvited =
      state.status === 'open' &&
      (roleOf(state, data.by) !== undefined ||
        state.invitations.some(({ invitationId }) => invitationId === data.invitationId));
    // Guesses leave no trace in anybody's register.
    if (!isInvited) return buildNotFound;
    const entry = { kind: 'membership', id: buildId } as const;
    const listing = await handleInventory(
      inventoryIdOf(data.by),
      { type: 'ListEntry', data: { owner: data.by, entry, at: data.at } },
      { ...cause, commandId: derivedId('list', cause.commandId) },
    );
    return isRejection(listing) ? listing : builds.handle(buildId, { type: 'JoinBuild', data }, cause);
  };
