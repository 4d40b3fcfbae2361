import type { Cause, Revision } from '@lego-moc/application/event-streams';
import { derivedId } from '@lego-moc/kernel/ids';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { Profile } from '../domain/profile.ts';
import type { ApplyIdentityChange, IdentityChange } from './identity-changes.ts';
import type { DirectoryPage, IdentityDirectory, ListedUser, UnreadableUser } from './ports/identity-directory.ts';
import type { ProfileReader, ReadProfile } from './ports/profile-reader.ts';

/** What the two sides differed in, user by user. */
export type Difference =
  /** There, but not here. */
  | 'profile-missing'
  | 'email-differs'
  /** Deleted there, but not here. */
  | 'not-erased'
  /** Erased here, but still listed there: a matter for the Auth Service. */
  | 'erased-here-only'
  /** Here, but not listed there. */
  | 'not-listed';

/** Why nobody is erased who is not listed, although that was asked for: it cannot be known who is not. */
export type Refusal =
  /** A list of nobody is a broken Auth Service, not an empty world. */
  | 'nobody-listed'
  /** Whoever was meant may have a profile here. */
  | 'record-without-id';

export type Report = {
  readonly usersListed: number;
  /** Records of the list that were passed over; whom they name counts as listed all the same. */
  readonly unreadable: number;
  readonly profilesSeen: number;
  readonly found: Readonly<Record<Difference, number>>;
  readonly repaired: number;
  readonly refusedToErase?: Refusal;
};

export type Reconciliation = {
  readonly directory: IdentityDirectory;
  readonly reader: Pick<ProfileReader, 'latest' | 'profiles'>;
  /** Everybody who has a profile here, page by page. */
  readonly allUserIds: () => AsyncIterable<readonly UserId[]>;
  readonly applyChange: ApplyIdentityChange;
  /** Erases who is not listed. Otherwise they are only reported: a list that is not whole would erase the innocent. */
  readonly eraseNotListed: boolean;
  readonly dryRun: boolean;
  readonly now: () => Instant;
  readonly onProgress?: (report: Report) => void;
  readonly onDifference?: (userId: UserId, difference: Difference) => void;
  readonly onUnreadable?: (user: UnreadableUser) => void;
};

const newsOf = ({ userId, email, displayName, deleted, asOf }: ListedUser): IdentityChange =>
  deleted ? { kind: 'deleted', userId, asOf } : { kind: 'known', userId, email, displayName, asOf };

/** What is worth a closer look, by a reader that may be behind. */
const seemsToDiffer = ({ email, deleted }: ListedUser, profile: ReadProfile | undefined): boolean =>
  deleted ? true : profile?.email !== email;

const differenceOf = ({ email, deleted, asOf }: ListedUser, profile: Profile): Difference | undefined => {
  if (deleted) return profile.status === 'active' ? 'not-erased' : undefined;
  if (profile.status === 'erased') return 'erased-here-only';
  if (profile.status === 'absent') return 'profile-missing';
  // An address that is not newer than the one known is no news: the list may be behind the webhooks.
  return profile.email === email || asOf <= profile.emailAsOf ? undefined : 'email-differs';
};

const allOf = async <T>(pages: AsyncIterable<T>): Promise<readonly T[]> => {
  const all: T[] = [];
  for await (const page of pages) all.push(page);
  return all;
};

/**
 * Goes through everybody whom the Auth Service lists, and everybody who had a profile before, and makes this side agree.
 * May be run at any time, also twice at once; what came through webhooks meanwhile wins, being newer.
 */
export const reconcile = async (given: Reconciliation): Promise<Report> => {
  const { directory, reader, allUserIds, applyChange, dryRun, now } = given;
  const run = derivedId('reconciliation', now());
  const listed = new Set<UserId>();
  const found = { 'profile-missing': 0, 'email-differs': 0, 'not-erased': 0, 'erased-here-only': 0, 'not-listed': 0 };
  let unreadable = 0;
  let refused: Refusal | undefined;
  let profilesSeen = 0;
  let repaired = 0;
  const report = (): Report => ({
    usersListed: listed.size,
    unreadable,
    profilesSeen,
    found: { ...found },
    repaired,
    ...(refused === undefined ? {} : { refusedToErase: refused }),
  });

  const repair = async (difference: Difference, news: IdentityChange, before: Revision): Promise<void> => {
    found[difference] += 1;
    given.onDifference?.(news.userId, difference);
    if (dryRun || difference === 'erased-here-only') return;
    if (difference === 'not-listed' && (!given.eraseNotListed || refused !== undefined)) return;
    const cause: Cause = { commandId: derivedId(run, news.userId), correlationId: run, actor: 'reconciliation' };
    await applyChange(news, cause);
    if ((await reader.latest(news.userId)).revision !== before) repaired += 1;
  };

  const compare = async (users: DirectoryPage['users']): Promise<void> => {
    const profiles = await reader.profiles(users.map(({ userId }) => userId));
    for (const user of users) {
      listed.add(user.userId);
      if (!seemsToDiffer(user, profiles.get(user.userId))) continue;
      const { profile, revision } = await reader.latest(user.userId);
      const difference = differenceOf(user, profile);
      if (difference !== undefined) await repair(difference, newsOf(user), revision);
    }
  };

  const passOver = (user: UnreadableUser): void => {
    unreadable += 1;
    given.onUnreadable?.(user);
    if (user.userId !== undefined) listed.add(user.userId);
    else if (given.eraseNotListed) refused = 'record-without-id';
  };

  // Before the first page is asked for: who registers meanwhile may belong to a page that was read already.
  const here = await allOf(allUserIds());

  for await (const page of directory.pages()) {
    await compare(page.users);
    page.unreadable.forEach(passOver);
    given.onProgress?.(report());
  }
  if (given.eraseNotListed && listed.size === 0) refused ??= 'nobody-listed';

  for (const userIds of here) {
    profilesSeen += userIds.length;
    for (const userId of userIds.filter((each) => !listed.has(each))) {
      // They may have left meanwhile, by themselves or by a webhook.
      const { profile, revision } = await reader.latest(userId);
      if (profile.status === 'active') await repair('not-listed', { kind: 'deleted', userId, asOf: now() }, revision);
    }
    given.onProgress?.(report());
  }
  return report();
};
