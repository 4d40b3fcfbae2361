import type { Cause, Revision } from '@lego-moc/application/event-streams';
import { derivedId } from '@lego-moc/kernel/ids';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { Profile } from '../domain/profile.ts';
import type { ApplyIdentityChange, IdentityChange } from './identity-changes.ts';
import type { DirectoryPage, IdentityDirectory, ListedUser, UnreadableUser } from './ports/identity-directory.ts';
import type { ProfileReader, ReadProfile } from './ports/profile-reader.ts';

/** The differences between the two sides, per user. */
export type Difference =
  /** Listed there, without a profile here. */
  | 'profile-missing'
  | 'email-differs'
  /** Deleted there, but not here. */
  | 'not-erased'
  /** Erased here, but still listed there: a matter for the Auth Service. */
  | 'erased-here-only'
  /** Here, but not listed there. */
  | 'not-listed';

/** Why no unlisted user is erased although that was requested: it is not certain who is unlisted. */
export type Refusal =
  /** An empty list means a broken Auth Service. */
  | 'nobody-listed'
  /** A record without an id may be that of any user. */
  | 'record-without-id';

export type Report = {
  readonly usersListed: number;
  /** Records of the list that were skipped; the users they name count as listed all the same. */
  readonly unreadable: number;
  readonly profilesSeen: number;
  readonly found: Readonly<Record<Difference, number>>;
  readonly repaired: number;
  readonly refusedToErase?: Refusal;
};

export type Reconciliation = {
  readonly directory: IdentityDirectory;
  readonly reader: Pick<ProfileReader, 'latest' | 'profiles'>;
  /** The ids of all users who have a profile here, in pages. */
  readonly allUserIds: () => AsyncIterable<readonly UserId[]>;
  readonly applyChange: ApplyIdentityChange;
  /** Erases unlisted users. Otherwise they are only reported: an incomplete list would erase users by mistake. */
  readonly eraseNotListed: boolean;
  readonly dryRun: boolean;
  readonly now: () => Instant;
  readonly onProgress?: (report: Report) => void;
  readonly onDifference?: (userId: UserId, difference: Difference) => void;
  readonly onUnreadable?: (user: UnreadableUser) => void;
};

const changeOf = ({ userId, email, displayName, deleted, asOf }: ListedUser): IdentityChange =>
  deleted ? { kind: 'deleted', userId, asOf } : { kind: 'known', userId, email, displayName, asOf };

/** Whether a reader that may be behind reports a difference; the stream is read only then. */
const seemsToDiffer = ({ email, deleted }: ListedUser, profile: ReadProfile | undefined): boolean =>
  deleted ? true : profile?.email !== email;

const differenceOf = ({ email, deleted, asOf }: ListedUser, profile: Profile): Difference | undefined => {
  if (deleted) return profile.status === 'active' ? 'not-erased' : undefined;
  if (profile.status === 'erased') return 'erased-here-only';
  if (profile.status === 'absent') return 'profile-missing';
  // An address that is not newer than the one known is ignored: the list may be behind the webhooks.
  return profile.email === email || asOf <= profile.emailAsOf ? undefined : 'email-differs';
};

const allOf = async <T>(pages: AsyncIterable<T>): Promise<readonly T[]> => {
  const all: T[] = [];
  for await (const page of pages) all.push(page);
  return all;
};

/**
 * Compares all users that the Auth Service lists with all profiles, and corrects the profiles. May run at any time, also
 * twice at once; changes that came by webhooks meanwhile win, being newer.
 */
export const reconcile = async (options: Reconciliation): Promise<Report> => {
  const { directory, reader, allUserIds, applyChange, dryRun, now } = options;
  const run = derivedId('reconciliation', now());
  const listedIds = new Set<UserId>();
  const tally = { 'profile-missing': 0, 'email-differs': 0, 'not-erased': 0, 'erased-here-only': 0, 'not-listed': 0 };
  let unreadable = 0;
  let refusal: Refusal | undefined;
  let profilesSeen = 0;
  let repairCount = 0;
  const report = (): Report => ({
    usersListed: listedIds.size,
    unreadable,
    profilesSeen,
    found: { ...tally },
    repaired: repairCount,
    ...(refusal === undefined ? {} : { refusedToErase: refusal }),
  });

  const repair = async (difference: Difference, change: IdentityChange, before: Revision): Promise<void> => {
    tally[difference] += 1;
    options.onDifference?.(change.userId, difference);
    if (dryRun || difference === 'erased-here-only') return;
    if (difference === 'not-listed' && (!options.eraseNotListed || refusal !== undefined)) return;
    const cause: Cause = { commandId: derivedId(run, change.userId), correlationId: run, actor: 'reconciliation' };
    await applyChange(change, cause);
    if ((await reader.latest(change.userId)).revision !== before) repairCount += 1;
  };

  const compare = async (users: DirectoryPage['users']): Promise<void> => {
    const profiles = await reader.profiles(users.map(({ userId }) => userId));
    for (const user of users) {
      listedIds.add(user.userId);
      if (!seemsToDiffer(user, profiles.get(user.userId))) continue;
      const { profile, revision } = await reader.latest(user.userId);
      const difference = differenceOf(user, profile);
      if (difference !== undefined) await repair(difference, changeOf(user), revision);
    }
  };

  const passOver = (user: UnreadableUser): void => {
    unreadable += 1;
    options.onUnreadable?.(user);
    if (user.userId !== undefined) listedIds.add(user.userId);
    else if (options.eraseNotListed) refusal = 'record-without-id';
  };

  // Before the first page is read: a user who registers meanwhile may belong to a page that was read already.
  const here = await allOf(allUserIds());

  for await (const page of directory.pages()) {
    await compare(page.users);
    page.unreadable.forEach(passOver);
    options.onProgress?.(report());
  }
  if (options.eraseNotListed && listedIds.size === 0) refusal ??= 'nobody-listed';

  for (const userIds of here) {
    profilesSeen += userIds.length;
    for (const userId of userIds.filter((id) => !listedIds.has(id))) {
      // They may have been erased meanwhile, by themselves or by a webhook.
      const { profile, revision } = await reader.latest(userId);
      if (profile.status === 'active') await repair('not-listed', { kind: 'deleted', userId, asOf: now() }, revision);
    }
    options.onProgress?.(report());
  }
  return report();
};
