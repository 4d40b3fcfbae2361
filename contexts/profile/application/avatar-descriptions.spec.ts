import { Readable } from 'node:stream';
import { expect } from 'chai';
import { newId } from '@lego-moc/application/new-id';
import type { UserId } from '@lego-moc/kernel/message';
import type { ProfileCommand } from '../domain/profile.ts';
import type { AvatarPreview } from '../domain/profile-events.ts';
import { NOON, profileService } from '../testing/profile-service.ts';
import { describeAvatars } from './avatar-descriptions.ts';

const ada = 'ada' as UserId;
const preview: AvatarPreview = { width: 512, height: 512, blurhash: 'L0', dominantColour: '#102030' };

/** A profile whose avatar was stored before avatars were described. */
const seedAvatar = async (
  describeAvatar: () => Promise<AvatarPreview | undefined> = () => Promise.resolve(preview),
) => {
  const { handle, reader, avatars, erase } = profileService();
  const cause = () => ({ commandId: newId(), correlationId: 'c', actor: 'spec' });
  const send = (command: ProfileCommand) => handle(ada, command, cause());
  const opening = { userId: ada, email: null, emailAsOf: NOON, displayName: 'Ada', at: NOON };
  await send({ type: 'OpenProfile', data: opening });
  await avatars.put(ada, 'p-1', new Map([[512, Buffer.from('a square')]]));
  await send({ type: 'ChangeAvatar', data: { avatarId: 'p-1' } });
  let calls = 0;
  const processor = {
    describe: (square: AsyncIterable<Uint8Array>) => {
      calls += 1;
      if (square instanceof Readable) square.destroy();
      return describeAvatar();
    },
  };
  const describeIt = () => describeAvatars({ handle, reader, avatars, processor })(ada, 'p-1', cause());
  const currentPreview = async () => (await reader.profiles([ada])).get(ada)?.avatarPreview;
  const eraseAda = () => erase({ userId: ada, erasedAt: NOON, because: 'asked' }, cause());
  return { send, describeIt, currentPreview, eraseAda, calls: () => calls };
};

describe('describing avatars that were stored before', () => {
  it('records the preview, once for any number of deliveries, and readers see it at once', async () => {
    const { describeIt, currentPreview, calls } = await seedAvatar();
    expect(await currentPreview()).to.equal(undefined);
    await describeIt();
    await describeIt();
    expect(await currentPreview()).to.deep.equal(preview);
    expect(calls()).to.equal(1);
  });

  it('records a failure after three attempts', async () => {
    const { describeIt, currentPreview, calls } = await seedAvatar(() => Promise.resolve(undefined));
    await describeIt();
    expect([await currentPreview(), calls()]).to.deep.equal([null, 3]);
  });

  it('begins again after a crash before the event', async () => {
    let isCrashing = true;
    const { describeIt, currentPreview } = await seedAvatar(() => {
      if (!isCrashing) return Promise.resolve(preview);
      isCrashing = false;
      return Promise.reject(new Error('killed'));
    });
    await describeIt().catch(() => undefined);
    await describeIt();
    expect(await currentPreview()).to.deep.equal(preview);
  });

  it('records nothing for an avatar that was replaced meanwhile', async () => {
    const seed = await seedAvatar(async () => {
      await seed.send({ type: 'ChangeAvatar', data: { avatarId: 'p-2' } });
      return preview;
    });
    await seed.describeIt();
    expect(await seed.currentPreview()).to.equal(undefined);
  });

  it('records nothing for a user who was erased meanwhile', async () => {
    const seed = await seedAvatar(async () => {
      await seed.eraseAda();
      return preview;
    });
    await seed.describeIt();
    expect(await seed.currentPreview()).to.equal(undefined);
  });
});
