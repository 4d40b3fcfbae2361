import { expect } from 'chai';
import fc from 'fast-check';
import { isRejection } from '@lego-moc/kernel/decider';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { profileDecider, type Profile, type ProfileCommand } from './profile.ts';
import type { ProfileEvent } from './profile-events.ts';

const userId = 'ada' as UserId;
const instant = fc.constantFrom('2026-01-01T12:00:00.000Z', '2026-01-01T13:00:00.000Z').map((at) => at as Instant);
const email = fc.constantFrom(null, 'a@x.example', 'b@x.example');
const text = fc.constantFrom('', 'Ada', 'Bob');

const PREVIEW = { width: 512, height: 512, blurhash: 'L0', dominantColour: '#102030' };

const command: fc.Arbitrary<ProfileCommand> = fc.oneof(
  fc
    .record({ email, emailAsOf: instant, displayName: text, at: instant })
    .map((data) => ({ type: 'OpenProfile' as const, data: { userId, ...data } })),
  fc
    .record({ displayName: text, bio: text }, { requiredKeys: [] })
    .map((change) => ({ type: 'DescribePerson' as const, data: { change } })),
  fc
    .record(
      { colourScheme: fc.constantFrom('light', 'dark'), language: fc.constantFrom('en', 'de') },
      { requiredKeys: [] },
    )
    .map((change) => ({ type: 'ChoosePreferences' as const, data: { change } })),
  fc.record({ email, asOf: instant }).map((data) => ({ type: 'NoteEmail' as const, data })),
  fc.record({ avatarId: fc.constantFrom(null, 'p-1', 'p-2') }).map((data) => ({ type: 'ChangeAvatar' as const, data })),
  fc
    .record({ avatarId: fc.constantFrom('p-1', 'p-2'), preview: fc.constantFrom(null, PREVIEW) })
    .map((data) => ({ type: 'DescribeAvatar' as const, data })),
  fc
    .record({ avatarId: fc.constantFrom('p-1', 'p-2'), preview: fc.constant(PREVIEW) })
    .map((data) => ({ type: 'ChangeAvatar' as const, data })),
  fc
    .record({ erasedAt: instant, because: fc.constantFrom('asked', 'account-deleted') })
    .map((data) => ({ type: 'EraseUser' as const, data: { userId, ...data } })),
);

type Past = { readonly profile: Profile; readonly events: readonly ProfileEvent[] };

/** Every state that commands can lead to. */
const history = fc.array(command, { maxLength: 12 }).map((commands) =>
  commands.reduce<Past>(
    ({ profile, events }, next) => {
      const decision = profileDecider.decide(next, profile);
      return isRejection(decision)
        ? { profile, events }
        : { profile: decision.reduce(profileDecider.evolve, profile), events: [...events, ...decision] };
    },
    { profile: profileDecider.initial, events: [] },
  ),
);

describe('laws of a profile', () => {
  it('an accepted command repeated changes nothing', () => {
    fc.assert(
      fc.property(history, command, ({ profile }, next) => {
        const decision = profileDecider.decide(next, profile);
        fc.pre(!isRejection(decision));
        expect(profileDecider.decide(next, decision.reduce(profileDecider.evolve, profile))).to.deep.equal([]);
      }),
    );
  });

  it('nothing follows an erasure', () => {
    fc.assert(
      fc.property(history, ({ events }) => {
        const at = events.findIndex(({ type }) => type === 'UserErased');
        expect(at === -1 || at === events.length - 1).to.equal(true);
      }),
    );
  });

  it('the newest address wins, in whatever order reports come', () => {
    const reports = fc.uniqueArray(fc.record({ at: fc.nat(50), address: fc.nat(3) }), {
      selector: ({ at }) => at,
      minLength: 1,
    });
    fc.assert(
      fc.property(reports, (sequence) => {
        const after = sequence
          .map(({ at, address }) => ({
            asOf: new Date(at).toISOString() as Instant,
            email: `${String(address)}@x.example`,
          }))
          .reduce<Profile>(
            (profile, data) => {
              const decision = profileDecider.decide({ type: 'NoteEmail', data }, profile);
              return isRejection(decision) ? profile : decision.reduce(profileDecider.evolve, profile);
            },
            profileDecider.evolve(profileDecider.initial, {
              type: 'ProfileCreated',
              data: {
                userId,
                createdAt: '2026-01-01T12:00:00.000Z' as Instant,
                emailAsOf: '' as Instant,
                personal: { person: { displayName: 'Ada', bio: '', location: '', website: '' }, email: null },
              },
            }),
          );
        const newest = sequence.reduce((latest, other) => (other.at > latest.at ? other : latest));
        expect(after).to.have.property('email', `${String(newest.address)}@x.example`);
      }),
    );
  });

  it('every event stored twice folds to the same profile', () => {
    fc.assert(
      fc.property(history, ({ profile, events }) => {
        const twice = events.flatMap((event) => [event, event]);
        expect(twice.reduce(profileDecider.evolve, profileDecider.initial)).to.deep.equal(profile);
      }),
    );
  });

  it('events are JSON: stored and read back, they fold to the same profile', () => {
    fc.assert(
      fc.property(history, ({ profile, events }) => {
        const storedEvents = JSON.parse(JSON.stringify(events)) as ProfileEvent[];
        expect(storedEvents.reduce(profileDecider.evolve, profileDecider.initial)).to.deep.equal(profile);
      }),
    );
  });
});
