import type { Clock } from '@lego-moc/application/clock';
import type { HandleCommand } from '@lego-moc/application/command-handler';
import { isRejection } from '@lego-moc/kernel/decider';
import type { Cause } from '@lego-moc/application/event-streams';
import { derivedId } from '@lego-moc/kernel/ids';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { ProfileCommand, ProfileRejection } from '../domain/profile.ts';
import { nameUntilChosen } from './first-use.ts';
import type { EraseUser } from './erasure.ts';
import type { ProfileReader } from './ports/profile-reader.ts';

/** A change of a user that the Auth Service reports. */
export type IdentityChange =
  | {
      readonly kind: 'known';
      readonly userId: UserId;
      readonly email: string | null;
      readonly displayName?: string | undefined;
      readonly asOf: Instant;
    }
  | { readonly kind: 'deleted'; readonly userId: UserId; readonly asOf: Instant };

export type ApplyIdentityChange = (change: IdentityChange, cause: Cause) => Promise<void>;

/**
 * Applies reports of the Auth Service, in any order and any number of times. An erased user stays erased, whatever
 * arrives late.
 */
export const applyIdentityChange =
  (
    handle: HandleCommand<ProfileCommand, ProfileRejection>,
    reader: Pick<ProfileReader, 'noteRevision'>,
    erase: EraseUser,
    now: Clock,
  ): ApplyIdentityChange =>
  async (change, cause) => {
    const { userId, asOf } = change;
    if (change.kind === 'deleted') {
      await erase({ userId, erasedAt: now(), because: 'account-deleted' }, cause);
      return;
    }
    const { email, displayName = nameUntilChosen(userId) } = change;
    const commands: readonly ProfileCommand[] = [
      { type: 'OpenProfile', data: { userId, email, emailAsOf: asOf, displayName, at: now() } },
      { type: 'NoteEmail', data: { email, asOf } },
    ];
    for (const command of commands) {
      const commandId = derivedId(cause.commandId, command.type);
      const outcome = await handle(userId, command, { ...cause, commandId });
      if (isRejection(outcome)) return;
      if (outcome.revision !== 'no-stream') await reader.noteRevision(userId, outcome.revision);
    }
  };
