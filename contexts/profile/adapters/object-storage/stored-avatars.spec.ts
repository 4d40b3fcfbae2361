import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { expect } from 'chai';
import type { UserId } from '@lego-moc/kernel/message';
import { directoryObjectStore } from '@lego-moc/object-storage/directory-object-store';
import { signedForms } from '@lego-moc/object-storage/signed-form';
import { signedQueries } from '@lego-moc/object-storage/signed-query';
import { closeAfterAllTests } from '@lego-moc/testing/mocha-hooks';
import type { AvatarSquares, Avatars } from '../../application/ports/avatars.ts';
import { storedAvatars } from './stored-avatars.ts';

/** The longest id with the most unusual characters. */
const strange = `Auth0|${'Z'.repeat(57)}~` as UserId;
const bob = 'bob' as UserId;
const avatarId = '0190b7c1-6f6e-7a31-9d55-2f1d4b3c0a12';
const squares: AvatarSquares = new Map([[512, Buffer.from('large')]]);

const openAvatars = async (): Promise<Avatars> => {
  const directory = await mkdtemp(join(tmpdir(), 'lego-moc-avatars-'));
  closeAfterAllTests(() => rm(directory, { recursive: true, force: true }));
  return storedAvatars(
    directoryObjectStore({
      directory,
      publicUrl: '',
      signedQueries: signedQueries(Buffer.alloc(32), () => '' as never),
      signedForms: signedForms(Buffer.alloc(32), () => '' as never),
    }),
  );
};

const idsOf = async (avatars: Avatars, userId: UserId) => {
  const ids = [];
  for await (const avatar of avatars.all(userId)) ids.push({ userId: avatar.userId, avatarId: avatar.avatarId });
  return ids;
};

describe('storing avatars', () => {
  it('finds them again by user, avatar and size, whatever the id contains', async () => {
    const avatars = await openAvatars();
    await avatars.put(strange, avatarId, squares);
    const stream = await avatars.open(strange, avatarId, 512);
    expect(stream === undefined ? '' : String(await buffer(stream))).to.equal('large');
    expect(await avatars.open(strange, avatarId, 64)).to.equal(undefined);
    expect(await avatars.open(bob, avatarId, 512)).to.equal(undefined);
  });

  it('lists those of one user', async () => {
    const avatars = await openAvatars();
    await avatars.put(strange, avatarId, squares);
    await avatars.put(bob, avatarId, squares);
    expect(await idsOf(avatars, bob)).to.deep.equal([{ userId: bob, avatarId }]);
    expect(await idsOf(avatars, strange)).to.deep.equal([{ userId: strange, avatarId }]);
  });

  it('lists changes until their notes are deleted, whatever the id contains', async () => {
    const avatars = await openAvatars();
    await avatars.noteChange(strange, avatarId);
    const users = [];
    for await (const { key, userId } of avatars.changes()) {
      users.push(userId);
      await avatars.delete(key);
    }
    for await (const { userId } of avatars.changes()) users.push(userId);
    expect(users).to.deep.equal([strange]);
  });

  it('deletes the listed avatars', async () => {
    const avatars = await openAvatars();
    await avatars.put(bob, avatarId, squares);
    for await (const { key } of avatars.all(bob)) await avatars.delete(key);
    expect(await idsOf(avatars, bob)).to.deep.equal([]);
  });
});
