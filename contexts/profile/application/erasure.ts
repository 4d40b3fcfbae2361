import type { HandleCommand } from '@lego-moc/application/command-handler';
import { isRejection } from '@lego-moc/kernel/decider';
import type { Cause } from '@lego-moc/application/event-streams';
import type { UserId } from '@lego-moc/kernel/message';
import type { ProfileCommand, ProfileRejection } from '../domain/profile.ts';
import type { UserErased } from '../domain/profile-events.ts';
import type { Avatars } from './ports/avatars.ts';
import type { KeyVault } from './ports/key-vault.ts';
import type { ProfileReader } from './ports/profile-reader.ts';

export type UserData = {
  readonly vault: KeyVault;
  readonly avatars: Avatars;
  /** Deletes the replies that are stored for repeated requests. */
  readonly deleteReplies: (userId: UserId) => Promise<void>;
};

/** Deletes the data of an erased user, their key first: without it their history is unreadable. Safe to repeat. */
export const eraseUserData =
  ({ vault, avatars, deleteReplies }: UserData) =>
  async (userId: UserId): Promise<void> => {
    await vault.destroy(userId);
    await deleteReplies(userId);
    for await (const { key } of avatars.all(userId)) await avatars.delete(key);
    for await (const { key } of avatars.changes(userId)) await avatars.delete(key);
  };

export type EraseUser = (erasure: UserErased['data'], cause: Cause) => Promise<void>;

/** Erases a user, whether or not there is a profile. The subscription to `UserErased` finishes what a crash interrupts. */
export const eraseUser =
  (
    handle: HandleCommand<ProfileCommand, ProfileRejection>,
    reader: Pick<ProfileReader, 'noteRevision'>,
    forgetting: UserData,
  ): EraseUser =>
  async (erasure, cause) => {
    const outcome = await handle(erasure.userId, { type: 'EraseUser', data: erasure }, cause);
    if (!isRejection(outcome) && outcome.revision !== 'no-stream')
      await reader.noteRevision(erasure.userId, outcome.revision);
    await eraseUserData(forgetting)(erasure.userId);
  };
