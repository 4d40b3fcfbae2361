import type { Clock } from '@lego-moc/application/clock';
import type { HandleCommand } from '@lego-moc/application/command-handler';
import type { Cause } from '@lego-moc/application/event-streams';
import { derivedId } from '@lego-moc/kernel/ids';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { MocCommand } from '../domain/moc-commands.ts';
import type { MocId } from '../domain/moc-events.ts';
import type { MocRejection } from '../domain/moc.ts';
import type { Owners } from './owners.ts';

/** The MOCs of an owner. */
export type MocsOf = (owner: UserId) => Promise<readonly MocId[]>;

/** Every MOC of an owner, deleted ones too: the read model is asked as well, because older owner streams do not name all. */
export const allMocsOf =
  (owners: Pick<Owners, 'mocIdsOf'>, mocsOf: MocsOf): MocsOf =>
  async (owner) => [...new Set([...(await owners.mocIdsOf(owner)), ...(await mocsOf(owner))])];

export type EraseOwner = (owner: UserId, erasedAt: Instant, cause: Cause) => Promise<void>;

/**
 * Deletes every MOC of an erased user, published or not: titles, descriptions and files are personal data. Titles and
 * bytes are released as after any deletion. The owner's stream names every MOC before it is drafted, so none is missed
 * however far behind the read model is; a MOC that is drafted after the erasure is deleted by its own upload.
 */
export const eraseOwner =
  (owners: Owners, mocsOf: MocsOf, mocs: HandleCommand<MocCommand, MocRejection>, now: Clock): EraseOwner =>
  async (owner, erasedAt, cause) => {
    await owners.erase(owner, erasedAt, cause);
    for (const mocId of await allMocsOf(owners, mocsOf)(owner)) {
      const command: MocCommand = { type: 'DeleteMoc', data: { mocId, by: owner, at: now() } };
      await mocs(mocId, command, { ...cause, commandId: derivedId(cause.commandId, mocId) });
    }
  };
