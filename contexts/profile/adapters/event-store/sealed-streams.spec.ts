import { expect } from 'chai';
import { newId } from '@lego-moc/application/new-id';
import { inMemoryStreams } from '@lego-moc/event-store/in-memory-streams';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { SealedProfileEvent } from '../../application/sealed-events.ts';
import type { ProfileEvent } from '../../domain/profile-events.ts';
import { memoryKeyVault } from '../../testing/memory-key-vault.ts';
import { sealedStreams } from './sealed-streams.ts';

const ada = 'ada' as UserId;
const at = '2026-01-01T12:00:00.000Z' as Instant;
const cause = () => ({ commandId: newId(), correlationId: 'c', actor: 'ada' });
const person = { displayName: 'Ada', bio: '', location: '', website: '' };
const creation: ProfileEvent = {
  type: 'ProfileCreated',
  data: { userId: ada, createdAt: at, emailAsOf: at, personal: { person, email: null } },
};
const avatarChange: ProfileEvent = { type: 'AvatarChanged', data: { avatarId: 'p-1' } };

/** A profile whose key is lost after two events, and which goes on with a new key when `goesOn`. */
const withLostKey = async ({ goesOn }: { readonly goesOn: boolean }) => {
  const vault = memoryKeyVault();
  const unreadable: (readonly [UserId, bigint])[] = [];
  const streams = sealedStreams(inMemoryStreams<SealedProfileEvent>('profile'), vault, (...event) =>
    unreadable.push(event),
  );
  await streams.append(ada, [creation, avatarChange], 'no-stream', cause());
  vault.lose(ada);
  if (goesOn) await streams.append(ada, [creation], 1n, cause());
  return { streams, vault, unreadable };
};
const typesOf = (events: readonly ProfileEvent[]) => events.map(({ type }) => type);

describe('streams whose key is lost', () => {
  for (const goesOn of [false, true])
    it(`are read without unreadable events, which are reported, ${goesOn ? 'with' : 'without'} a new key`, async () => {
      const { streams, unreadable } = await withLostKey({ goesOn });
      const { events } = await streams.read(ada);
      expect(typesOf(events)).to.deep.equal(goesOn ? ['AvatarChanged', 'ProfileCreated'] : ['AvatarChanged']);
      expect(unreadable).to.deep.equal([[ada, 0n]]);
    });

  it('list unreadable events in the history', async () => {
    const { streams } = await withLostKey({ goesOn: true });
    const history = [];
    for await (const { revision, type, event } of streams.history(ada))
      history.push([revision, type, event !== undefined]);
    expect(history).to.deep.equal([
      [0n, 'ProfileCreated', false],
      [1n, 'AvatarChanged', true],
      [2n, 'ProfileCreated', true],
    ]);
  });

  it('do not count as unreadable once the user is erased', async () => {
    const { streams, vault, unreadable } = await withLostKey({ goesOn: true });
    await vault.destroy(ada);
    await streams.append(
      ada,
      [{ type: 'UserErased', data: { userId: ada, erasedAt: at, because: 'asked' } }],
      2n,
      cause(),
    );
    expect(typesOf((await streams.read(ada)).events)).to.deep.equal(['AvatarChanged', 'UserErased']);
    expect(unreadable).to.deep.equal([]);
  });
});
