import { createHash } from 'node:crypto';
import type { Clock } from '@lego-moc/application/clock';
import type { HandleCommand, Outcome } from '@lego-moc/application/command-handler';
import type { Cause } from '@lego-moc/application/event-streams';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { ProfileCommand, ProfileRejection } from '../domain/profile.ts';

/** Before any change that the Auth Service reports: an address in a token may be older than a report on its way. */
const LONG_AGO = '1970-01-01T00:00:00.000Z' as Instant;

/** A name until the user chooses one: not personal, and different for each user. */
export const nameUntilChosen = (userId: UserId): string =>
  `Builder ${createHash('sha256').update(userId).digest('hex').slice(0, 6)}`;

/** The user's fields in their token. */
export type SignedIn = { readonly id: UserId; readonly email?: string | undefined };

export type OpenOnFirstUse = (user: SignedIn, cause: Cause) => Promise<Outcome<ProfileRejection>>;

/** Creates the profile on first use; changes nothing when there is one. */
export const openOnFirstUse =
  (handle: HandleCommand<ProfileCommand, ProfileRejection>, now: Clock): OpenOnFirstUse =>
  ({ id: userId, email = null }, cause) =>
    handle(
      userId,
      {
        type: 'OpenProfile',
        data: { userId, email, emailAsOf: LONG_AGO, displayName: nameUntilChosen(userId), at: now() },
      },
      cause,
    );
