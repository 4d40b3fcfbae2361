import type { Cause } from '@lego-moc/kernel/event-streams';
import { derivedId } from '@lego-moc/kernel/ids';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { HearIdentityNews, IdentityNews } from './identity-news.ts';
import type { IdentityDirectory, ListedUser } from './ports/identity-directory.ts';
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

export type Report = {
  readonly usersListed: number;
  readonly profilesSeen: number;
  readonly found: Readonly<Record<Difference, number>>;
  readonly repaired: number;
};

export type Reconciliation = {
  readonly directory: IdentityDirectory;
  readonly reader: Pick<ProfileReader, 'latest' | 'profiles'>;
  /** Everybody who has a profile here, page by page. */
  readonly everybody: () => AsyncIterable<readonly UserId[]>;
  readonly hear: HearIdentityNews;
  /** Erases who is not listed. Otherwise they are only reported: a list that is not whole would erase the innocent. */
  readonly eraseNotListed: boolean;
  readonly dryRun: boolean;
  readonly now: () => Instant;
  readonly onProgress?: (report: Report) => void;
  readonly onDifference?: (userId: UserId, difference: Difference) => void;
};

const newsOf = ({ userId, email, displayName, deleted, asOf }: ListedUser): IdentityNews =>
  deleted ? { kind: 'deleted', userId, asOf } : { kind: 'known', userId, email, displayName, asOf };

/** What is worth a closer look, by a reader that may be behind. */
const seemsToDiffer = ({ email, deleted }: ListedUser, profile: ReadProfile | undefined): boolean =>
  deleted ? true : profile?.email !== email;

const differenceOf = async (
  reader: Pick<ProfileReader, 'latest'>,
  { userId, email, deleted }: ListedUser,
): Promise<Difference | undefined> => {
  const { profile } = await reader.latest(userId);
  if (deleted) return profile.status === 'active' ? 'not-erased' : undefined;
  if (profile.status === 'erased') return 'erased-here-only';
  if (profile.status === 'absent') return 'profile-missing';
  return profile.email === email ? undefined : 'email-differs';
};

/**
 * Goes through everybody whom the Auth Service lists, and everybody who has a profile, and makes this side agree. May
 * be run at any time, also twice at once; what came through webhooks meanwhile wins, being newer.
 */
export const reconcile = async (given: Reconciliation): Promise<Report> => {
  const { directory, reader, everybody, hear, dryRun, now } = given;
  const run = derivedId('reconciliation', now());
  const listed = new Set<UserId>();
  const found = { 'profile-missing': 0, 'email-differs': 0, 'not-erased': 0, 'erased-here-only': 0, 'not-listed': 0 };
  let profilesSeen = 0;
  let repaired = 0;
  const report = (): Report => ({ usersListed: listed.size, profilesSeen, found: { ...found }, repaired });

  const repair = async (difference: Difference, news: IdentityNews): Promise<void> => {
    found[difference] += 1;
    given.onDifference?.(news.userId, difference);
    if (dryRun || difference === 'erased-here-only') return;
    if (difference === 'not-listed' && !given.eraseNotListed) return;
    const cause: Cause = { commandId: derivedId(run, news.userId), correlationId: run, actor: 'reconciliation' };
    await hear(news, cause);
    repaired += 1;
  };

  for await (const users of directory.pages()) {
    const profiles = await reader.profiles(users.map(({ userId }) => userId));
    for (const user of users) {
      listed.add(user.userId);
      if (!seemsToDiffer(user, profiles.get(user.userId))) continue;
      const difference = await differenceOf(reader, user);
      if (difference !== undefined) await repair(difference, newsOf(user));
    }
    given.onProgress?.(report());
  }

  for await (const userIds of everybody()) {
    profilesSeen += userIds.length;
    for (const userId of userIds.filter((each) => !listed.has(each))) {
      await repair('not-listed', { kind: 'deleted', userId, asOf: now() });
    }
    given.onProgress?.(report());
  }
  return report();
};
