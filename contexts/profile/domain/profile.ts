import { reject, unreachable, type Decider, type Decision } from '@lego-moc/kernel/decider';
import type { Instant, Message, UserId } from '@lego-moc/kernel/message';
import type {
  AvatarDescribed,
  AvatarPreview,
  Person,
  Preferences,
  ProfileEvent,
  UserErased,
} from './profile-events.ts';

/** Sent on first use, and when the Auth Service reports a registration. */
export type OpenProfile = Message<
  'OpenProfile',
  { userId: UserId; email: string | null; emailAsOf: Instant; displayName: string; at: Instant }
>;
/** Fields that are left out stay unchanged. */
export type DescribePerson = Message<'DescribePerson', { change: Partial<Person> }>;
export type ChoosePreferences = Message<'ChoosePreferences', { change: Partial<Preferences> }>;
/** The address that the Auth Service had at `asOf`; reports may come late and in any order. */
export type NoteEmail = Message<'NoteEmail', { email: string | null; asOf: Instant }>;
/** With a `preview` of an avatar that was described on its way in. */
export type ChangeAvatar = Message<'ChangeAvatar', { avatarId: string | null; preview?: AvatarPreview }>;
/** Describes an avatar that came without a preview; null when that cannot be done. */
export type DescribeAvatar = Message<'DescribeAvatar', { avatarId: string; preview: AvatarPreview | null }>;
export type EraseUser = Message<'EraseUser', UserErased['data']>;

export type ProfileCommand =
  OpenProfile | DescribePerson | ChoosePreferences | NoteEmail | ChangeAvatar | DescribeAvatar | EraseUser;

export type ProfileRejection = 'profile-not-found' | 'user-erased';

/**
 * A profile begins with first use or a report of the Auth Service, and ends permanently when the user is erased: an
 * erased id never gets another profile.
 */
export type Profile =
  | { readonly status: 'absent' }
  | {
      readonly status: 'active';
      readonly userId: UserId;
      readonly createdAt: Instant;
      readonly person: Person;
      readonly email: string | null;
      readonly emailAsOf: Instant;
      readonly preferences: Preferences;
      readonly avatarId: string | null;
      /** Null when the avatar cannot be described, absent until it was. */
      readonly avatarPreview?: AvatarPreview | null;
    }
  | { readonly status: 'erased' };

export type ActiveProfile = Extract<Profile, { status: 'active' }>;

export const DEFAULT_PREFERENCES: Preferences = {
  colourScheme: 'system',
  language: 'en',
  currency: 'EUR',
  listView: 'grid',
  partNames: 'bricklink',
};

type ProfileDecision = Decision<ProfileEvent, ProfileRejection>;

const userErased = reject('user-erased', 'This user was erased and stays so.');

const decide = (command: ProfileCommand, profile: Profile): ProfileDecision => {
  if (command.type === 'EraseUser') {
    return profile.status === 'erased' ? [] : [{ type: 'UserErased', data: command.data }];
  }
  if (profile.status === 'erased') return userErased;
  if (command.type === 'OpenProfile') return profile.status === 'active' ? [] : open(command);
  if (profile.status === 'absent') return reject('profile-not-found', 'There is no such profile.');

  switch (command.type) {
    case 'DescribePerson':
      return describe(command, profile);
    case 'ChoosePreferences':
      return choose(command, profile);
    case 'NoteEmail':
      return noteEmail(command, profile);
    case 'ChangeAvatar':
      return changeAvatar(command, profile);
    case 'DescribeAvatar':
      return describeAvatar(command, profile);
    default:
      return unreachable(command);
  }
};

const avatarDescription = (avatarId: string, avatarPreview: AvatarPreview | null): AvatarDescribed => ({
  type: 'AvatarDescribed',
  data: { avatarId, personal: { avatarPreview } },
});

const changeAvatar = ({ data: { avatarId, preview } }: ChangeAvatar, profile: ActiveProfile): ProfileDecision => {
  if (avatarId === profile.avatarId) return [];
  const change = { type: 'AvatarChanged', data: { avatarId } } as const;
  return avatarId === null || preview === undefined ? [change] : [change, avatarDescription(avatarId, preview)];
};

const describeAvatar = ({ data: { avatarId, preview } }: DescribeAvatar, profile: ActiveProfile): ProfileDecision =>
  avatarId === profile.avatarId && profile.avatarPreview === undefined ? [avatarDescription(avatarId, preview)] : [];

const open = ({ data: { userId, email, emailAsOf, displayName, at } }: OpenProfile): ProfileDecision => {
  const person: Person = { displayName, bio: '', location: '', website: '' };
  return [{ type: 'ProfileCreated', data: { userId, createdAt: at, emailAsOf, personal: { person, email } } }];
};

const describe = ({ data: { change } }: DescribePerson, profile: ActiveProfile): ProfileDecision => {
  const person = { ...profile.person, ...change };
  return hasSameValues(profile.person, person) ? [] : [{ type: 'ProfileUpdated', data: { personal: { person } } }];
};

const choose = ({ data: { change } }: ChoosePreferences, profile: ActiveProfile): ProfileDecision => {
  const preferences = { ...profile.preferences, ...change };
  return hasSameValues(profile.preferences, preferences)
    ? []
    : [{ type: 'PreferencesChosen', data: { personal: { preferences } } }];
};

/** Also when the address is the same: an older report of another one must not win after it. */
const noteEmail = ({ data: { email, asOf } }: NoteEmail, profile: ActiveProfile): ProfileDecision =>
  asOf <= profile.emailAsOf ? [] : [{ type: 'EmailNoted', data: { asOf, personal: { email } } }];

const hasSameValues = <T extends Readonly<Record<string, string>>>(some: T, other: T): boolean =>
  Object.entries(some).every(([name, value]) => other[name] === value);

const evolve = (profile: Profile, event: ProfileEvent): Profile => {
  if (event.type === 'UserErased') return { status: 'erased' };
  if (event.type === 'ProfileCreated') {
    const { userId, createdAt, emailAsOf, personal } = event.data;
    const fields = { userId, createdAt, emailAsOf, preferences: DEFAULT_PREFERENCES, avatarId: null };
    return { status: 'active', ...fields, ...personal };
  }
  if (profile.status !== 'active') return profile;

  switch (event.type) {
    case 'ProfileUpdated':
    case 'PreferencesChosen':
      return { ...profile, ...event.data.personal };
    case 'EmailNoted':
      return { ...profile, ...event.data.personal, emailAsOf: event.data.asOf };
    case 'AvatarChanged': {
      const { userId, createdAt, person, email, emailAsOf, preferences } = profile;
      const { avatarId } = event.data;
      return { status: 'active', userId, createdAt, person, email, emailAsOf, preferences, avatarId };
    }
    case 'AvatarDescribed':
      return event.data.avatarId === profile.avatarId ? { ...profile, ...event.data.personal } : profile;
    default:
      return unreachable(event);
  }
};

export const profileDecider: Decider<ProfileCommand, Profile, ProfileEvent, ProfileRejection> = {
  initial: { status: 'absent' },
  decide,
  evolve,
};
