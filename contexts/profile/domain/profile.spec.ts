import type { Instant, UserId } from '@lego-moc/kernel/message';
import { given } from '@lego-moc/testing/given';
import { DEFAULT_PREFERENCES, profileDecider } from './profile.ts';
import type {
  AvatarChanged,
  AvatarDescribed,
  EmailNoted,
  Person,
  PreferencesChosen,
  ProfileCreated,
  ProfileUpdated,
  UserErased,
} from './profile-events.ts';

const userId = 'ada' as UserId;
const noon = '2026-01-01T12:00:00.000Z' as Instant;
const later = '2026-01-01T13:00:00.000Z' as Instant;
const email = 'ada@bricks.example';
const person: Person = { displayName: 'Ada', bio: '', location: '', website: '' };

const creation: ProfileCreated = {
  type: 'ProfileCreated',
  data: { userId, createdAt: noon, emailAsOf: noon, personal: { person, email } },
};
const update: ProfileUpdated = {
  type: 'ProfileUpdated',
  data: { personal: { person: { ...person, bio: 'Cranes' } } },
};
const emailChange: EmailNoted = { type: 'EmailNoted', data: { asOf: later, personal: { email: 'a@b.example' } } };
const dark: PreferencesChosen = {
  type: 'PreferencesChosen',
  data: { personal: { preferences: { ...DEFAULT_PREFERENCES, colourScheme: 'dark' } } },
};
const preview = { width: 512, height: 512, blurhash: 'L00000fQfQfQfQfQfQfQfQfQfQfQ', dominantColour: '#102030' };
const description: AvatarDescribed = {
  type: 'AvatarDescribed',
  data: { avatarId: 'p-1', personal: { avatarPreview: preview } },
};
const avatarChange: AvatarChanged = { type: 'AvatarChanged', data: { avatarId: 'p-1' } };
const erasure: UserErased = { type: 'UserErased', data: { userId, erasedAt: later, because: 'asked' } };

const profile = given(profileDecider);
const open = (address: string | null = email) =>
  ({ type: 'OpenProfile', data: { userId, email: address, emailAsOf: noon, displayName: 'Ada', at: noon } }) as const;
const describePerson = (change: Partial<Person>) => ({ type: 'DescribePerson', data: { change } }) as const;
const noteEmail = (address: string, asOf: Instant) => ({ type: 'NoteEmail', data: { email: address, asOf } }) as const;

describe('opening a profile', () => {
  it('begins it with the name and address given', () => {
    profile().when(open()).then(creation);
  });

  it('changes nothing the second time, whatever its fields', () => {
    profile(creation).when(open('other@bricks.example')).thenNothing();
  });

  it('rejects an erased user', () => {
    profile(creation, erasure).when(open()).thenRejected('user-erased');
  });
});

describe('describing oneself', () => {
  it('records all fields as they are after it', () => {
    profile(creation)
      .when(describePerson({ bio: 'Cranes' }))
      .then(update);
  });

  it('changes nothing when the fields are the same', () => {
    profile(creation, update)
      .when(describePerson({ bio: 'Cranes', displayName: 'Ada' }))
      .thenNothing();
  });

  it('rejects a user without a profile', () => {
    profile()
      .when(describePerson({ bio: 'Cranes' }))
      .thenRejected('profile-not-found');
  });
});

describe('noting an address', () => {
  it('records the newer one', () => {
    profile(creation).when(noteEmail('a@b.example', later)).then(emailChange);
  });

  it('ignores a report that is older than the known one', () => {
    profile(creation, emailChange).when(noteEmail(email, noon)).thenNothing();
    profile(creation, emailChange).when(noteEmail('third@b.example', later)).thenNothing();
  });

  it('records that the address is the same, so that an older report of another one is ignored', () => {
    const confirmation: EmailNoted = { type: 'EmailNoted', data: { asOf: later, personal: { email } } };
    profile(creation).when(noteEmail(email, later)).then(confirmation);
  });
});

describe('choosing preferences', () => {
  it('begins with the defaults', () => {
    profile(creation)
      .when({ type: 'ChoosePreferences', data: { change: { colourScheme: 'dark' } } })
      .then(dark);
  });

  it('changes nothing when the preferences are the same', () => {
    profile(creation)
      .when({ type: 'ChoosePreferences', data: { change: { colourScheme: 'system' } } })
      .thenNothing();
  });
});

describe('changing the avatar', () => {
  it('records the id of the new one', () => {
    profile(creation)
      .when({ type: 'ChangeAvatar', data: { avatarId: 'p-1' } })
      .then(avatarChange);
  });

  it('comes with its description, once', () => {
    const change = { type: 'ChangeAvatar', data: { avatarId: 'p-1', preview } } as const;
    profile(creation).when(change).then(avatarChange, description);
    profile(creation, avatarChange, description).when(change).thenNothing();
  });

  it('is described later if it came without, once, and never instead of another one', () => {
    const describeAvatar = { type: 'DescribeAvatar', data: { avatarId: 'p-1', preview } } as const;
    const failure: AvatarDescribed = {
      type: 'AvatarDescribed',
      data: { avatarId: 'p-1', personal: { avatarPreview: null } },
    };
    profile(creation, avatarChange).when(describeAvatar).then(description);
    profile(creation, avatarChange, failure).when(describeAvatar).thenNothing();
    profile(creation).when(describeAvatar).thenNothing();
    const other: AvatarChanged = { type: 'AvatarChanged', data: { avatarId: 'p-2' } };
    profile(creation, avatarChange, description, other)
      .when({ type: 'DescribeAvatar', data: { avatarId: 'p-2', preview: null } })
      .then({ type: 'AvatarDescribed', data: { avatarId: 'p-2', personal: { avatarPreview: null } } });
  });

  it('changes nothing when there is none to remove', () => {
    profile(creation)
      .when({ type: 'ChangeAvatar', data: { avatarId: null } })
      .thenNothing();
  });
});

describe('erasing a user', () => {
  const erase = { type: 'EraseUser', data: erasure.data } as const;

  it('ends the profile', () => {
    profile(creation, avatarChange).when(erase).then(erasure);
  });

  it('also erases a user without a profile, so that a late report creates none', () => {
    profile().when(erase).then(erasure);
    profile(erasure).when(open()).thenRejected('user-erased');
  });

  it('changes nothing the second time', () => {
    profile(creation, erasure).when(erase).thenNothing();
  });
});
