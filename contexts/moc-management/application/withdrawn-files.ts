import type { HandleCommand } from '@lego-moc/application/command-handler';
import type { Cause } from '@lego-moc/application/event-streams';
import { derivedId } from '@lego-moc/kernel/ids';
import type { UserId } from '@lego-moc/kernel/message';
import type { MocCommand } from '../domain/moc-commands.ts';
import type { FileId, MocId } from '../domain/moc-events.ts';
import type { Moc, MocRejection } from '../domain/moc.ts';
import { filesHeldBy } from '../domain/parts-lists.ts';
import type { Owners } from './owners.ts';

export type DropWithdrawnFile = (owner: UserId, fileId: FileId, cause: Cause) => Promise<void>;

type Needs = {
  readonly owners: Pick<Owners, 'mocIdsOf'>;
  readonly load: (mocId: MocId) => Promise<Moc>;
  readonly mocs: HandleCommand<MocCommand, MocRejection>;
};

/** The commands that take a file from a MOC: a parts list goes with its file. */
const commandsFor = (mocId: MocId, moc: Moc, by: UserId, fileId: FileId): readonly MocCommand[] => {
  if (!('files' in moc) || !moc.files.some((file) => file.fileId === fileId)) return [];
  const lists = moc.partsLists.filter((list) => filesHeldBy(list).includes(fileId));
  return [
    ...lists.map(({ partsListId }): MocCommand => ({ type: 'UnlistParts', data: { mocId, by, partsListId } })),
    { type: 'DetachFile', data: { mocId, by, fileId } },
  ];
};

/** Takes a file that file storage has withdrawn for a virus from the MOCs of its owner. Safe to repeat. */
export const dropWithdrawnFile =
  ({ owners, load, mocs }: Needs): DropWithdrawnFile =>
  async (owner, fileId, cause) => {
    for (const mocId of await owners.mocIdsOf(owner))
      for (const command of commandsFor(mocId, await load(mocId), owner, fileId))
        await mocs(mocId, command, { ...cause, commandId: derivedId(cause.commandId, mocId, command.type) });
  };
