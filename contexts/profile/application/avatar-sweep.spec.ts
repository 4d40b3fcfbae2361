import { expect } from 'chai';
import { after } from '@lego-moc/kernel/instant';
import { newId } from '@lego-moc/application/new-id';
import type { UserId } from '@lego-moc/kernel/message';
import { NOON, profileService } from '../testing/profile-service.ts';
import { sweepAvatars } from './avatar-sweep.ts';
import type { AvatarSquares } from './ports/avatars.ts';

const ada = 'ada' as UserId;
const squares: AvatarSquares = new Map([
  [64, Buffer.from('small')],
  [512, Buffer.from('large')],
]);
const anHourLater = () => after(NOON, 3_600_000);
const cause = () => ({ commandId: newId(), correlationId: 'c', actor: 'ada' });

const pictured = async (...avatarIds: readonly string[]) => {
  const service = profileService();
  const data = { userId: ada, email: null, emailAsOf: NOON, displayName: 'Ada', at: NOON };
  await service.handle(ada, { type: 'OpenProfile', data }, cause());
  for (const avatarId of avatarIds) {
    await service.avatars.put(ada, avatarId, squares);
    await service.handle(ada, { type: 'ChangeAvatar', data: { avatarId } }, cause());
  }
  return service;
};

describe('sweeping pictures', () => {
  it('removes those that were replaced, in every size, and keeps the one that is shown', async () => {
    const { avatars, reader } = await pictured('p-1', 'p-2');
    expect(await sweepAvatars(avatars, reader, anHourLater)()).to.equal(2);
    expect(avatars.keys()).to.deep.equal(['ada/p-2/64', 'ada/p-2/512']);
  });

  it('removes what an upload left behind that died before it was recorded', async () => {
    const { avatars, reader } = await pictured('p-1');
    await avatars.put(ada, 'p-died', squares);
    await avatars.put('eve' as UserId, 'p-died', squares);
    expect(await sweepAvatars(avatars, reader, anHourLater)()).to.equal(4);
    expect(avatars.keys()).to.deep.equal(['ada/p-1/64', 'ada/p-1/512']);
  });

  it('leaves alone what may still be recorded', async () => {
    const { avatars, reader } = await pictured('p-1', 'p-2');
    expect(await sweepAvatars(avatars, reader, () => NOON)()).to.equal(0);
  });
});
