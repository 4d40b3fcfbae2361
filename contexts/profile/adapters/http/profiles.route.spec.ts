import { expect } from 'chai';
import request from 'supertest';
import type { OwnProfile, PublicProfile } from '../../contracts/http-api.ts';
import { profileService } from '../../testing/profile-service.ts';

const urn = (code: string) => `urn:lego-moc:problem:${code}`;
const as = (user: string, roles = '') => ({ 'x-test-user': user, ...(roles === '' ? {} : { 'x-test-roles': roles }) });

describe('GET /v1/users/me', () => {
  it('creates a profile on first use, under a name that is not personal', async () => {
    const reply = await request(profileService().app).get('/v1/users/me').expect(200);
    const me = reply.body as OwnProfile;
    expect(me).to.deep.include({ userId: 'ada', email: 'ada@bricks.example', bio: '', avatar: null });
    expect(me.displayName).to.match(/^Builder [0-9a-f]{6}$/);
    expect(reply.headers).to.include({ etag: '"0"' });
  });

  it('creates one profile for many first uses at once', async () => {
    const { app, streams } = profileService();
    await Promise.all(Array.from({ length: 10 }, () => request(app).get('/v1/users/me').expect(200)));
    expect((await streams.read('ada')).events).to.have.length(1);
  });

  it('requires a user', async () => {
    const { app } = profileService();
    await request(app).get('/v1/users/me').set(as('nobody')).expect(401);
    await request(app).get('/v1/users/me').set(as('service:gallery')).expect(401);
  });

  it('answers 410 once the user is erased, and creates no other', async () => {
    const { app } = profileService();
    await request(app).get('/v1/users/me').expect(200);
    await request(app).delete('/v1/users/me').expect(204);
    await request(app).delete('/v1/users/me').expect(204);
    const reply = await request(app).get('/v1/users/me').expect(410);
    expect(reply.body).to.include({ type: urn('user-erased') });
    await request(app).patch('/v1/users/me').send({ bio: 'back' }).expect(410);
  });
});

describe('PATCH /v1/users/me', () => {
  it('changes the sent fields and keeps the others, also as the first request of a user', async () => {
    const { app } = profileService();
    await request(app).patch('/v1/users/me').send({ displayName: ' Ada ', bio: 'Cranes.\nShips.' }).expect(200);
    const reply = await request(app).patch('/v1/users/ada').send({ website: 'https://ada.example' }).expect(200);
    expect(reply.body).to.include({ displayName: 'Ada', bio: 'Cranes.\nShips.', website: 'https://ada.example' });
    const profile = { ...(reply.body as object), avatarPreview: null };
    expect((await request(app).get('/v1/users/me')).body).to.deep.equal(profile);
  });

  it('is visible at once after a change, although it was cached before', async () => {
    const { app } = profileService();
    await request(app).patch('/v1/users/me').send({ bio: 'Cranes.' }).expect(200);
    const bioForBob = async () =>
      ((await request(app).get('/v1/users/ada/public').set(as('bob')).expect(200)).body as PublicProfile).bio;
    expect(await bioForBob()).to.equal('Cranes.');
    await request(app).patch('/v1/users/me').send({ bio: 'Ships.' }).expect(200);
    expect(await bioForBob()).to.equal('Ships.');
  });

  for (const [label, body] of [
    ['an empty name', { displayName: ' ' }],
    ['a name that turns round', { displayName: 'Ada\u202Eevil' }],
    ['a script as a website', { website: 'javascript:alert(1)' }],
    ['a member that there is none of', { email: 'other@bricks.example' }],
  ] as const)
    it(`refuses ${label}`, async () => {
      const reply = await request(profileService().app).patch('/v1/users/me').send(body).expect(400);
      expect(reply.body).to.include({ type: urn('invalid-request') });
    });

  it('refuses to change another user, also by operators', async () => {
    const { app } = profileService();
    await request(app).get('/v1/users/me').set(as('bob')).expect(200);
    for (const roles of ['', 'operator']) {
      const reply = await request(app).patch('/v1/users/bob').set(as('ada', roles)).send({ bio: 'x' }).expect(403);
      expect(reply.body).to.include({ type: urn('not-your-profile') });
    }
  });

  it('is refused when the profile is at a newer revision', async () => {
    const { app } = profileService();
    await request(app).patch('/v1/users/me').send({ bio: 'one' }).expect(200);
    await request(app).patch('/v1/users/me').set('if-match', '"1"').send({ bio: 'two' }).expect(200);
    await request(app).patch('/v1/users/me').set('if-match', '"1"').send({ bio: 'three' }).expect(412);
  });
});

describe('GET /v1/users/:userId', () => {
  it('answers its owner and operators', async () => {
    const { app } = profileService();
    await request(app).get('/v1/users/me').set(as('bob')).expect(200);
    await request(app).get('/v1/users/bob').set(as('bob')).expect(200);
    await request(app).get('/v1/users/bob').set(as('root', 'operator')).expect(200);
    await request(app).get('/v1/users/bob').expect(403);
    await request(app).delete('/v1/users/bob').expect(403);
  });
});

describe('GET /v1/users/me/preferences', () => {
  it('returns defaults until they are set, one by one', async () => {
    const { app } = profileService();
    expect((await request(app).get('/v1/users/me/preferences')).body).to.include({ colourScheme: 'system' });
    await request(app).patch('/v1/users/me/preferences').send({ colourScheme: 'dark' }).expect(200);
    const reply = await request(app).patch('/v1/users/me/preferences').send({ language: 'de-AT' }).expect(200);
    expect(reply.body).to.include({ colourScheme: 'dark', language: 'de-AT', currency: 'EUR' });
  });

  it('refuses unknown values', async () => {
    await request(profileService().app).patch('/v1/users/me/preferences').send({ currency: 'euro' }).expect(400);
  });
});

describe('GET /v1/users/:userId/public', () => {
  it('returns the public part to every user, and nothing else', async () => {
    const { app } = profileService();
    await request(app).patch('/v1/users/me').set(as('bob')).send({ displayName: 'Bob' }).expect(200);
    for (const reader of ['ada', 'service:gallery']) {
      const reply = await request(app).get('/v1/users/bob/public').set(as(reader)).expect(200);
      expect(reply.body).to.include({ userId: 'bob', displayName: 'Bob' });
      expect(reply.body).not.to.have.any.keys('email', 'preferences');
    }
    await request(app).get('/v1/users/bob/public').set(as('nobody')).expect(401);
  });

  it('answers 404 for a user who never came, and for an erased one', async () => {
    const { app } = profileService();
    await request(app).get('/v1/users/eve/public').expect(404);
    await request(app).get('/v1/users/me').set(as('eve')).expect(200);
    await request(app).get('/v1/users/eve/public').expect(200);
    await request(app).delete('/v1/users/me').set(as('eve')).expect(204);
    await request(app).get('/v1/users/eve/public').expect(404);
  });
});

describe('GET /v1/users/public', () => {
  it('returns many at once, in the requested order', async () => {
    const { app } = profileService();
    for (const user of ['ada', 'bob']) await request(app).get('/v1/users/me').set(as(user)).expect(200);
    const reply = await request(app).get('/v1/users/public?ids=bob,eve,ada,bob').expect(200);
    const { users, missing } = reply.body as { users: PublicProfile[]; missing: string[] };
    expect(users.map(({ userId }) => userId)).to.deep.equal(['bob', 'ada']);
    expect(missing).to.deep.equal(['eve']);
  });

  it('accepts a hundred ids and refuses one more', async () => {
    const { app } = profileService();
    const ids = (count: number) => Array.from({ length: count }, (_, index) => `user-${String(index)}`).join(',');
    await request(app)
      .get(`/v1/users/public?ids=${ids(100)}`)
      .expect(200);
    await request(app)
      .get(`/v1/users/public?ids=${ids(101)}`)
      .expect(400);
    await request(app).get('/v1/users/public?ids=').expect(400);
    await request(app).get('/v1/users/public?ids=a%2Fb').expect(400);
  });
});
