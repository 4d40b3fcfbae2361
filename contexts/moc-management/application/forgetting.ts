import type { Clock } from '@lego-moc/application/clock';
import type { HandleCommand } from '@lego-moc/application/command-handler';
import type { Cause } from '@lego-moc/application/event-streams';
import { derivedId } from '@lego-moc/kernel/ids';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { MocCommand } from '../domain/moc-commands.ts';
import type { MocId } from '../domain/moc-events.ts';
import type { MocRejection } from '../domain/moc.ts';
import type { Owners } from './owners.ts';

/** The MOCs of an owner that the read model knows. */
export type MocsOf = (owner: UserId) => Promise<readonly MocId[]>;

export type ForgetOwner = (owner: UserId, erasedAt: Instant, cause: Cause) => Promise<void>;

/**
 * Deletes what an erased user has built, published or not: titles, descriptions and files are their words. What they
 * held is given back as after any deletion. Which MOCs these are, the owner's own stream tells, for they are put down
 * there before they are drafted: however far behind a read model is, none is missed. One that was put down before the
 * erasure and is drafted after it, its upload deletes. The read model is asked as well, for MOCs from before owners
 * were told of theirs.
 */
export const forgetOwner =
  (owners: Owners, mocsOf: MocsOf, mocs: HandleCommand<MocCommand, MocRejection>, now: Clock): ForgetOwner =>
  async (owner, erasedAt, cause) => {
    await owners.erase(owner, erasedAt, cause);
    for (const mocId of new Set([...(await owners.begun(owner)), ...(await mocsOf(owner))])) {
      const command: MocCommand = { type: 'DeleteMoc', data: { mocId, by: owner, at: now() } };
      await mocs(mocId, command, { ...cause, commandId: derivedId(cause.commandId, mocId) });
    }
  };
