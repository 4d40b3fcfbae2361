import type { EventStreams } from '@lego-moc/application/event-streams';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { Queries } from '@lego-moc/postgres/database';
import type { KeyVault, UserKey } from '../../application/ports/key-vault.ts';
import type { ReadProfile, ReadProfiles } from '../../application/ports/profile-reader.ts';
import { DEFAULT_PREFERENCES, profileDecider } from '../../domain/profile.ts';
import type { ProfileEvent } from '../../domain/profile-events.ts';
import type { ProfileRow } from './profiles.ts';

/** Profiles by id, each at least at revision `atLeast`. */
export type LoadProfiles = (
  userIds: readonly UserId[],
  atLeast: (userId: UserId) => bigint | undefined,
) => Promise<ReadProfiles>;

type StoredRow = ProfileRow & { readonly id: UserId; readonly revision: bigint };

/** `undefined` when the row was sealed with another key: the vault has lost it, and made another one since. */
const readFrom = (key: UserKey, { id: userId, revision, ...row }: StoredRow): ReadProfile | undefined => {
  try {
    return {
      userId,
      revision,
      createdAt: row.created_at as Instant,
      avatarId: row.avatar_id,
      ...(row.avatar_preview === null ? {} : { avatarPreview: key.open('avatarPreview', row.avatar_preview) }),
      person: key.open('person', row.person),
      email: key.open('email', row.email),
      preferences: row.preferences === null ? DEFAULT_PREFERENCES : key.open('preferences', row.preferences),
    };
  } catch {
    return undefined;
  }
};

/** A profile folded from its stream. */
export const latestProfile = (streams: EventStreams<ProfileEvent>) => async (userId: UserId) => {
  const { events, revision } = await streams.read(userId);
  return { profile: events.reduce(profileDecider.evolve, profileDecider.initial), revision };
};

const fromStream = async (streams: EventStreams<ProfileEvent>, userId: UserId): Promise<ReadProfile | undefined> => {
  const { profile, revision } = await latestProfile(streams)(userId);
  if (profile.status !== 'active' || revision === 'no-stream') return undefined;
  const { person, email, preferences, createdAt, avatarId, avatarPreview } = profile;
  const preview = avatarPreview === undefined ? {} : { avatarPreview };
  return { userId, person, email, preferences, createdAt, avatarId, ...preview, revision };
};

/** From the read model in one query (and one for the keys); from the stream where the read model is behind. */
export const storedProfiles =
  (db: Pick<Queries, 'any'>, vault: KeyVault, streams: EventStreams<ProfileEvent>): LoadProfiles =>
  async (userIds, atLeast) => {
    const [rows, keys] = await Promise.all([
      db.any<StoredRow>('SELECT * FROM profiles WHERE id = ANY ($1::text[])', [userIds]),
      vault.keysOf(userIds),
    ]);
    const byId = new Map(rows.map((row) => [row.id, row]));
    const profiles = await Promise.all(
      userIds.map(async (userId) => {
        const row = byId.get(userId);
        const key = keys.get(userId);
        const minimum = atLeast(userId);
        if (minimum !== undefined && (row === undefined || row.revision < minimum)) return fromStream(streams, userId);
        if (row === undefined || key === undefined) return undefined;
        return readFrom(key, row) ?? fromStream(streams, userId);
      }),
    );
    return new Map(profiles.flatMap((profile) => (profile === undefined ? [] : [[profile.userId, profile]])));
  };
