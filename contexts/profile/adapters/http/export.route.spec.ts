import { expect } from 'chai';
import sharp from 'sharp';
import request from 'supertest';
import { silentLogger } from '@lego-moc/logger/logger';
import type { UserId } from '@lego-moc/kernel/message';
import { exportReply } from '../../contracts/http-api.ts';
import { NOON, profileService } from '../../testing/profile-service.ts';

describe('GET /v1/users/me/export', () => {
  it('returns all data with its history', async () => {
    const { app } = profileService();
    await request(app).patch('/v1/users/me').send({ displayName: 'Ada', bio: 'Cranes' }).expect(200);
    await request(app).patch('/v1/users/me/preferences').send({ language: 'de-AT' }).expect(200);
    const picture = await sharp({ create: { width: 9, height: 9, channels: 3, background: '#fff' } })
      .png()
      .toBuffer();
    await request(app).put('/v1/users/me/avatar').set('content-type', 'image/png').send(picture).expect(200);

    const reply = await request(app).get('/v1/users/me/export').expect(200);
    const { profile, avatar, history } = exportReply.parse(reply.body);
    expect(profile).to.include({ displayName: 'Ada', bio: 'Cranes', email: 'ada@bricks.example' });
    expect(profile.preferences).to.include({ language: 'de-AT' });
    expect(history.map(({ what }) => what)).to.deep.equal([
      'ProfileCreated',
      'ProfileUpdated',
      'PreferencesChosen',
      'AvatarChanged',
      'AvatarDescribed',
    ]);
    expect(JSON.stringify(history[1])).to.include('Cranes');
    expect(await sharp(Buffer.from(avatar?.base64 ?? '', 'base64')).metadata()).to.include({
      format: 'webp',
      width: 512,
    });
    expect(reply.headers['content-disposition']).to.include('attachment');
  });

  it('has one entry for a new user, and answers 410 for an erased one', async () => {
    const { app } = profileService();
    expect(
      ((await request(app).get('/v1/users/me/export').expect(200)).body as { history: unknown[] }).history,
    ).to.have.length(1);
    await request(app).delete('/v1/users/me').expect(204);
    await request(app).get('/v1/users/me/export').expect(410);
  });

  it('names unreadable events of a lost key, with number and time', async () => {
    const before = profileService();
    await request(before.app).patch('/v1/users/me').send({ displayName: 'Ada', bio: 'Cranes' }).expect(200);
    before.vault.lose('ada' as UserId);
    const { app } = profileService(silentLogger, before);
    await request(app).get('/v1/users/me').expect(200);

    const { history } = exportReply.parse((await request(app).get('/v1/users/me/export').expect(200)).body);
    expect(history.map(({ revision, what, unreadable }) => [revision, what, unreadable])).to.deep.equal([
      ['0', 'ProfileCreated', 'The key that this entry was encrypted with is lost.'],
      ['1', 'ProfileUpdated', 'The key that this entry was encrypted with is lost.'],
      ['2', 'ProfileCreated', undefined],
    ]);
    expect(history.map(({ data }) => data !== undefined)).to.deep.equal([false, false, true]);
    expect(history[0]?.recordedAt).to.equal(NOON);
  });
});
