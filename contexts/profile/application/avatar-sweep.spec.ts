import { expect } from 'chai';
import { newId } from '@lego-moc/application/new-id';
import { after } from '@lego-moc/kernel/instant';
import type { UserId } from '@lego-moc/kernel/message';
import { memoryObjectStore } from '@lego-moc/object-storage/testing/memory-object-store';
import { storedAvatars } from '../adapters/object-storage/stored-avatars.ts';
import { NOON, profileService } from '../testing/profile-service.ts';
import { sweepAvatars } from './avatar-sweep.ts';
import type { AvatarSquares } from './ports/avatars.ts';

const ada = 'ada' as UserId;
const eve = 'eve' as UserId;
const squares: AvatarSquares = new Map([
  [64, Buffer.from('small')],
  [512, Buffer.from('large')],
]);
const anHourLater = () => after(NOON, 3_600_000);
const cause = () => ({ commandId: newId(), correlationId: 'c', actor: 'ada' });
const keysOf = (userId: UserId, avatarId: string) =>
  [64, 512].map((size) => `avatars/${Buffer.from(userId).toString('hex')}/${avatarId}/${String(size)}.webp`);

/** A profile whose avatars were uploaded one after the other. */
const withAvatars = async (...avatarIds: readonly string[]) => {
  const service = profileService();
  const data = { userId: ada, email: null, emailAsOf: NOON, displayName: 'Ada', at: NOON };
  await service.handle(ada, { type: 'OpenProfile', data }, cause());
  for (const avatarId of avatarIds) {
    await service.avatars.noteChange(ada, avatarId);
    await service.avatars.put(ada, avatarId, squares);
    await service.handle(ada, { type: 'ChangeAvatar', data: { avatarId } }, cause());
  }
  return service;
};

describe('sweeping avatars', () => {
  it('deletes those that were replaced, in every size, and keeps the current one', async () => {
    const { avatars, reader } = await withAvatars('p-1', 'p-2');
    expect(await sweepAvatars(avatars, reader, anHourLater)()).to.equal(2);
    expect(await avatars.keys()).to.deep.equal(keysOf(ada, 'p-2'));
  });

  it('deletes those of uploads that died before they were recorded', async () => {
    const { avatars, reader } = await withAvatars('p-1');
    for (const userId of [ada, eve]) {
      await avatars.noteChange(userId, 'p-died');
      await avatars.put(userId, 'p-died', squares);
    }
    expect(await sweepAvatars(avatars, reader, anHourLater)()).to.equal(4);
    expect(await avatars.keys()).to.deep.equal(keysOf(ada, 'p-1'));
  });

  it('keeps for ten minutes an avatar that may still be recorded', async () => {
    const { avatars, reader } = await withAvatars('p-1', 'p-2');
    const sweepAfter = (ms: number) => sweepAvatars(avatars, reader, () => after(NOON, ms))();
    expect(await sweepAfter(600_000)).to.equal(0);
    expect(await sweepAfter(600_001)).to.equal(2);
  });

  it('checks a change once', async () => {
    const { avatars, reader } = await withAvatars('p-1', 'p-2');
    const sweep = sweepAvatars(avatars, reader, anHourLater);
    await sweep();
    const notes = [];
    for await (const note of avatars.changes()) notes.push(note);
    expect(notes).to.deep.equal([]);
  });
});

describe('the cost of a sweep of avatars', () => {
  /** The requests of one sweep over so many avatars, one of which was replaced. */
  const requestsWith = async (others: number) => {
    const objects = memoryObjectStore(() => NOON);
    for (let index = 0; index < others; index += 1) objects.insert(`avatars/${index.toString(16)}/a/64.webp`);
    const avatars = storedAvatars(objects);
    await avatars.noteChange(ada, 'p-1');
    await avatars.put(ada, 'p-1', squares);
    let reads = 0;
    const latest = () => {
      reads += 1;
      return Promise.resolve({ profile: { status: 'absent' }, revision: 'no-stream' } as const);
    };
    objects.requests.length = 0;
    await sweepAvatars(avatars, { latest }, anHourLater)();
    return { reads, requests: objects.requests.toSorted() };
  };

  it('is the same with 100,000 avatars as with one', async () => {
    const baseline = await requestsWith(0);
    expect(baseline.reads).to.equal(1);
    expect(await requestsWith(100_000)).to.deep.equal(baseline);
  });
});
