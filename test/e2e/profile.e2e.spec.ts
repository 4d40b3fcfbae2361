import { expect } from 'chai';
import { devUserId } from '@lego-moc/embedded-identity/issue-token';
import { ownProfile, preferences, previewedPublicProfile, publicReply } from '@lego-moc/profile/contracts/http-api';
import { requestsAs, json, problemCode, type SendRequest } from './requests.ts';
import { PLATFORM_WITHIN_MS, sharedPlatform, type TestPlatform } from './platform.ts';

const PERSON = {
  displayName: 'Portrait',
  bio: 'Trees, mostly',
  location: 'Billund',
  website: 'https://portrait.example/',
};

describe('using a profile through the gateway', function () {
  this.timeout(PLATFORM_WITHIN_MS);
  let platform: TestPlatform;
  let me: SendRequest;
  let visitor: SendRequest;
  let userId: string;

  const readOwnProfile = async () => ownProfile.parse(await (await me('/api/users/me')).json());
  const batch = async (ids: readonly string[]) => visitor(`/v1/users/public?ids=${ids.join(',')}`);
  const readBatch = async (ids: readonly string[]) => publicReply.parse(await (await batch(ids)).json());

  before(async () => {
    platform = await sharedPlatform();
    // A platform on a given event store has users of its own.
    userId = devUserId('portrait');
    me = requestsAs(platform, 'portrait');
    visitor = requestsAs(platform, 'visitor');
  });

  it('creates it on first use, under a name that reveals nothing', async () => {
    const { displayName, email, ...rest } = await readOwnProfile();
    expect(rest).to.include({ userId, bio: '', location: '', website: '', avatar: null });
    expect(displayName).to.match(/^Builder [0-9a-f]{6}$/);
    expect(email).to.equal('portrait@example.test');
  });

  it('lets its owner change each part under its revision', async () => {
    expect((await me('/api/users/me', json('PATCH', { displayName: PERSON.displayName }))).status).to.equal(200);
    const { displayName, ...others } = PERSON;
    const reply = await me(`/api/users/${userId}`, json('PATCH', others));
    expect(ownProfile.parse(await reply.json())).to.include({ displayName, ...others });
    const stale = {
      ...json('PATCH', { bio: 'Lost' }),
      headers: { 'content-type': 'application/json', 'if-match': '"0"' },
    };
    expect((await me('/api/users/me', stale)).status).to.equal(412);
    const current = { ...stale, headers: { ...stale.headers, 'if-match': reply.headers.get('etag') ?? '' } };
    expect((await me('/api/users/me', current)).status).to.equal(200);
    await me('/api/users/me', json('PATCH', { bio: PERSON.bio }));
    expect(await readOwnProfile()).to.include(PERSON);
  });

  it('shows all of it to its owner and operators, and its public part to signed-in users', async () => {
    expect((await me(`/api/users/${userId}`)).status).to.equal(200);
    expect((await requestsAs(platform, 'olga', ['operator'])(`/api/users/${userId}`)).status).to.equal(200);
    const refusal = await visitor(`/api/users/${userId}`);
    expect([refusal.status, await problemCode(refusal)]).to.deep.equal([403, 'not-your-profile']);
    const publicPart = previewedPublicProfile
      .strict()
      .parse(await (await visitor(`/api/users/${userId}/public`)).json());
    expect(publicPart).to.include(PERSON);
    for (const path of [`/api/users/${userId}/public`, '/api/users/me', `/api/users/public?ids=${userId}`])
      expect((await fetch(platform.url + path)).status, path).to.equal(401);
  });

  it('refuses changes by anybody else', async () => {
    for (const [path, init] of [
      [`/api/users/${userId}`, json('PATCH', { displayName: 'Taken over' })],
      [`/api/users/${userId}`, { method: 'DELETE' }],
      [`/api/users/${userId}/avatar`, { method: 'DELETE' }],
      [`/api/users/${userId}/avatar`, { method: 'PUT', body: new Uint8Array(8) }],
    ] as const)
      expect((await visitor(path, init)).status, `${init.method ?? ''} ${path}`).to.equal(403);
    expect(await readOwnProfile()).to.include(PERSON);
  });

  it('refuses unsafe links and names, values over their length, and fields that are not the owner’s to change', async () => {
    for (const change of [
      { website: 'javascript:alert(1)' },
      { displayName: 'two\nlines' },
      { displayName: 'turned\u202earound' },
      { displayName: 'half \ud83e' },
      { displayName: 'x'.repeat(81) },
      { bio: 'x'.repeat(2_001) },
      { email: 'other@example.test' },
      { userId: 'somebody-else' },
      { roles: ['operator'] },
    ])
      expect((await me('/api/users/me', json('PATCH', change))).status, JSON.stringify(change)).to.equal(400);
    expect(await readOwnProfile()).to.include({ ...PERSON, email: 'portrait@example.test' });
  });

  it('keeps the owner’s preferences for the owner alone', async () => {
    const newPreferences = {
      colourScheme: 'dark',
      language: 'de-AT',
      currency: 'DKK',
      listView: 'list',
      partNames: 'rebrickable',
    };
    expect(preferences.parse(await (await me('/api/users/me/preferences')).json())).to.include({ currency: 'EUR' });
    const { currency, ...rest } = newPreferences;
    await me('/api/users/me/preferences', json('PATCH', { currency }));
    await me('/api/users/me/preferences', json('PATCH', rest));
    expect(preferences.parse(await (await me('/api/users/me/preferences')).json())).to.deep.equal(newPreferences);
    expect((await readOwnProfile()).preferences).to.deep.equal(newPreferences);
    expect((await me('/api/users/me/preferences', json('PATCH', { colourScheme: 'pink' }))).status).to.equal(400);
  });

  it('returns up to a hundred profiles in one call, and lists the missing ids', async () => {
    const strangers = Array.from({ length: 99 }, (_, index) => `stranger-${String(index)}`);
    const { users, missing } = await readBatch([...strangers, userId]);
    expect(users.map((user) => user.userId)).to.deep.equal([userId]);
    expect(missing).to.deep.equal(strangers);
    expect((await batch([...strangers, userId, 'one-too-many'])).status).to.equal(400);
  });

  it('returns a profile once for a repeated id, and refuses an empty or malformed list', async () => {
    expect((await readBatch([userId, userId, userId])).users).to.have.length(1);
    for (const ids of [[''], ['../../etc/passwd'], ["'; drop table profiles; --"]])
      expect((await batch(ids.map(encodeURIComponent))).status, ids.join()).to.equal(400);
  });

  it('does not create a profile when others look for it', async () => {
    const never = devUserId('never-came');
    expect((await visitor(`/api/users/${never}/public`)).status).to.equal(404);
    expect(await readBatch([never])).to.deep.equal({ users: [], missing: [never] });
  });
});
