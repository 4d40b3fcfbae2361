import type { HandleCommand } from '@lego-moc/application/command-handler';
import type { Cause } from '@lego-moc/application/event-streams';
import { derivedId } from '@lego-moc/kernel/ids';
import type { UserId } from '@lego-moc/kernel/message';
import type { MocCommand, WithdrawFile } from '../domain/moc-commands.ts';
import type { MocRejection } from '../domain/moc.ts';
import type { Owners } from './owners.ts';

export type DropWithdrawnFile = (
  owner: UserId,
  file: Pick<WithdrawFile['data'], 'fileId' | 'infectedWith' | 'at'>,
  cause: Cause,
) => Promise<void>;

type Needs = {
  readonly owners: Pick<Owners, 'mocIdsOf'>;
  readonly mocs: HandleCommand<MocCommand, MocRejection>;
};

/** Takes a file that file storage has withdrawn for a virus from the MOCs of its owner. Safe to repeat. */
export const dropWithdrawnFile =
  ({ owners, mocs }: Needs): DropWithdrawnFile =>
  async (owner, file, cause) => {
    for (const mocId of await owners.mocIdsOf(owner)) {
      const commandId = derivedId(cause.commandId, mocId);
      await mocs(mocId, { type: 'WithdrawFile', data: { mocId, ...file } }, { ...cause, commandId });
    }
  };
