import type { Instant, Message, UserId } from '@lego-moc/kernel/message';

/** The public part of a profile. */
export type Person = {
  readonly displayName: string;
  readonly bio: string;
  readonly location: string;
  /** Of their own; empty when they name none. */
  readonly website: string;
};

/** How the platform looks to a user. */
export type Preferences = {
  readonly colourScheme: 'system' | 'light' | 'dark';
  /** BCP 47, as in `de-AT`. */
  readonly language: string;
  /** ISO 4217, for prices. */
  readonly currency: string;
  readonly listView: 'grid' | 'list';
  readonly partNames: 'bricklink' | 'rebrickable';
};

/**
 * What is known of a user, apart from what was decided about them. Whatever an event has under `personal` is stored
 * under the user's own key, and is gone when the key is.
 */
export type Personal = {
  readonly person: Person;
  /** The address at the Auth Service; null when it reported none. */
  readonly email: string | null;
  readonly preferences: Preferences;
};

/** Somebody whom the Auth Service knows came to the platform, with the address that they had there at `emailAsOf`. */
export type ProfileCreated = Message<
  'ProfileCreated',
  { userId: UserId; createdAt: Instant; emailAsOf: Instant; personal: Pick<Personal, 'person' | 'email'> }
>;

/** The user described themselves: all fields, as they are after it. */
export type ProfileUpdated = Message<'ProfileUpdated', { personal: Pick<Personal, 'person'> }>;

/** The address that the Auth Service had at `asOf`. */
export type EmailNoted = Message<'EmailNoted', { asOf: Instant; personal: Pick<Personal, 'email'> }>;

/** The user chose how the platform looks: all preferences, as they are after it. */
export type PreferencesChosen = Message<'PreferencesChosen', { personal: Pick<Personal, 'preferences'> }>;

/** The user has another avatar, or none any more. */
export type AvatarChanged = Message<'AvatarChanged', { avatarId: string | null }>;

/** The user was erased. Their key is destroyed next, and no event follows on this stream. */
export type UserErased = Message<
  'UserErased',
  { userId: UserId; erasedAt: Instant; because: 'asked' | 'account-deleted' }
>;

export type ProfileEvent =
  ProfileCreated | ProfileUpdated | EmailNoted | PreferencesChosen | AvatarChanged | UserErased;
