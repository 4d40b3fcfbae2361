import type { Instant, Message, UserId } from '@lego-moc/kernel/message';

/** The public part of a profile. */
export type Person = {
  readonly displayName: string;
  readonly bio: string;
  readonly location: string;
  /** The user's own website; empty when they name none. */
  readonly website: string;
};

/** The user's settings for the platform. */
export type Preferences = {
  readonly colourScheme: 'system' | 'light' | 'dark';
  /** BCP 47, as in `de-AT`. */
  readonly language: string;
  /** ISO 4217, for prices. */
  readonly currency: string;
  readonly listView: 'grid' | 'list';
  readonly partNames: 'bricklink' | 'rebrickable';
};

/** What a page needs of an avatar before it has loaded: a blurred face is personal data, too. */
export type AvatarPreview = {
  readonly width: number;
  readonly height: number;
  readonly blurhash: string;
  readonly dominantColour: string;
};

/**
 * The personal data of a user. The `personal` part of an event is stored under the user's own key, and is lost with the
 * key.
 */
export type Personal = {
  readonly person: Person;
  /** The address at the Auth Service; null when it reported none. */
  readonly email: string | null;
  readonly preferences: Preferences;
  /** Null when the avatar could not be described. */
  readonly avatarPreview: AvatarPreview | null;
};

/** A user of the Auth Service got a profile, with the address that they had there at `emailAsOf`. */
export type ProfileCreated = Message<
  'ProfileCreated',
  { userId: UserId; createdAt: Instant; emailAsOf: Instant; personal: Pick<Personal, 'person' | 'email'> }
>;

/** The user changed their description: all fields, as they are after it. */
export type ProfileUpdated = Message<'ProfileUpdated', { personal: Pick<Personal, 'person'> }>;

/** The address that the Auth Service had at `asOf`. */
export type EmailNoted = Message<'EmailNoted', { asOf: Instant; personal: Pick<Personal, 'email'> }>;

/** The user changed their preferences: all of them, as they are after it. */
export type PreferencesChosen = Message<'PreferencesChosen', { personal: Pick<Personal, 'preferences'> }>;

/** The user has another avatar, or none any more. */
export type AvatarChanged = Message<'AvatarChanged', { avatarId: string | null }>;

/** The avatar was described. */
export type AvatarDescribed = Message<
  'AvatarDescribed',
  { avatarId: string; personal: Pick<Personal, 'avatarPreview'> }
>;

/** The user was erased. Their key is destroyed next, and no event follows on this stream. */
export type UserErased = Message<
  'UserErased',
  { userId: UserId; erasedAt: Instant; because: 'asked' | 'account-deleted' }
>;

export type ProfileEvent =
  ProfileCreated | ProfileUpdated | EmailNoted | PreferencesChosen | AvatarChanged | AvatarDescribed | UserErased;
