import type { Projection } from '@lego-moc/read-models/projection';
import type { SealedProfileEvent } from '../../application/sealed-events.ts';

/** A profile, sealed as in its events: without its key the row cannot be read. */
export type ProfileRow = {
  readonly person: string;
  readonly email: string;
  /** null until they are set. */
  readonly preferences: string | null;
  readonly avatar_id: string | null;
  /** null until the avatar was described. */
  readonly avatar_preview: string | null;
  readonly created_at: string;
};

/** The row after one more event; `undefined` once the user is erased. */
export const evolveRow = (row: ProfileRow | undefined, { type, data }: SealedProfileEvent): ProfileRow | undefined => {
  if (type === 'ProfileCreated') {
    return { ...data.sealed, preferences: null, avatar_id: null, avatar_preview: null, created_at: data.createdAt };
  }
  if (row === undefined) return undefined;
  switch (type) {
    case 'ProfileUpdated':
    case 'EmailNoted':
    case 'PreferencesChosen':
      return { ...row, ...data.sealed };
    case 'AvatarChanged':
      return { ...row, avatar_id: data.avatarId, avatar_preview: null };
    case 'AvatarDescribed':
      return row.avatar_id === data.avatarId ? { ...row, avatar_preview: data.sealed.avatarPreview } : row;
    case 'UserErased':
      return undefined;
  }
};

export const profiles: Projection<SealedProfileEvent, ProfileRow> = {
  name: 'profiles',
  source: { category: 'profile' },
  columns: {
    person: 'text',
    email: 'text',
    preferences: 'text',
    avatar_id: 'text',
    avatar_preview: 'text',
    created_at: 'timestamptz',
  },
  indexes: [],
  evolve: (row, { event }) => evolveRow(row, event),
};
