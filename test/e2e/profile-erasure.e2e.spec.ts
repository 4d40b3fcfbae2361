import { openAsBlob } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { pollUntil } from '@lego-moc/application/poll-until';
import { devUserId } from '@lego-moc/embedded-identity/issue-token';
import { connectEventStore } from '@lego-moc/event-store/connect';
import { catchUp } from '@lego-moc/event-store/catch-up';
import { exportReply, publicReply } from '@lego-moc/profile/contracts/http-api';
import { PROFILE_EVENTS } from '@lego-moc/profile/contracts/integration-events';
import { stillImages } from '@lego-moc/testing/sample-images';
import { skipOnGivenEventStore } from '@lego-moc/testing/real-component';
import { eventStoreUrl } from './event-store-url.ts';
import { requestsAs, json, imageRequest, problemCode, type SendRequest } from './requests.ts';
import { PLATFORM_WITHIN_MS, sharedPlatform, type TestPlatform } from './platform.ts';
import { folderContent, storedObjects, rowsContaining } from './persistent-state.ts';

const samples = join(import.meta.dirname, '../../infra/local/samples');

const NAME = 'zyklamen';
const PERSON = {
  displayName: 'Zyklamen Vergissmeinnicht',
  bio: 'Builds amaranthine lighthouses',
  location: 'Celadonville 4711',
  website: 'https://zyklamen-website.example/',
};
const CHANGES = { displayName: 'Zyklamen Tausendschoen', bio: 'Rebuilds them in vermilion' };
const PERSONAL = [...Object.values(PERSON), ...Object.values(CHANGES), `${NAME}@example.test`];
/** Words of the user's content, which lie in tables and files. */
const WORKS = ['Gamboge pier', 'gambogelike', 'Isabelline crate', 'isabelline-file'];
/** A word of the title by which a visitor looks. What visitors type is theirs: search keeps it, without their names. */
const SOUGHT_WORD = 'gamboge';
const WITHIN_MS = 30_000;

const uploadForm = async (): Promise<FormData> => {
  const form = new FormData();
  form.set('title', 'Gamboge pier');
  form.set('description', 'Very gambogelike');
  form.set('tags', 'gambogelike');
  const pdf = await openAsBlob(join(samples, 'harbour-crane-instructions.pdf'), { type: 'application/pdf' });
  form.set('instructionsFile', pdf, 'isabelline-file.pdf');
  form.set('partsLists', await openAsBlob(join(samples, 'harbour-crane-parts.xml')), 'isabelline-file.xml');
  return form;
};

/** Creates data of the user wherever the platform keeps any. */
const leaveTraces = async (me: SendRequest): Promise<{ readonly draftId: string }> => {
  const once = (init: RequestInit): RequestInit => ({
    ...init,
    headers: { ...Object.fromEntries(new Headers(init.headers)), 'idempotency-key': crypto.randomUUID() },
  });
  const expectSuccess = async (pending: Promise<Response>): Promise<unknown> => {
    const reply = await pending;
    const text = await reply.text();
    expect(reply.ok, text).to.equal(true);
    return text === '' ? undefined : JSON.parse(text);
  };
  await expectSuccess(me('/api/users/me'));
  await expectSuccess(me('/api/users/me', once(json('PATCH', PERSON))));
  await expectSuccess(me('/api/users/me', json('PATCH', CHANGES)));
  await expectSuccess(me('/api/users/me/avatar', imageRequest(stillImages.PNG)));
  const wish = (await expectSuccess(me('/api/wishlist', once(json('POST', { title: 'Isabelline crate' }))))) as {
    itemId: string;
  };
  await expectSuccess(me(`/api/wishlist/${wish.itemId}/image`, imageRequest(stillImages.JPEG, 'image/jpeg')));
  const moc = (await expectSuccess(me('/api/mocs/with-files', { method: 'POST', body: await uploadForm() }))) as {
    mocId: string;
  };
  await pollUntil(
    'Reading the parts list',
    () => expectSuccess(me(`/api/mocs/${moc.mocId}`)) as Promise<{ partsLists: readonly { status: string }[] }>,
    ({ partsLists }) => partsLists.every(({ status }) => status !== 'processing'),
  );
  await expectSuccess(me(`/api/mocs/${moc.mocId}/publication`, { method: 'PUT' }));
  const draft = (await expectSuccess(me('/api/mocs', json('POST', { title: 'Gamboge pier, again' })))) as {
    mocId: string;
  };
  return { draftId: draft.mocId };
};

describe('erasing a user', function () {
  this.timeout(PLATFORM_WITHIN_MS);
  let platform: TestPlatform;
  let me: SendRequest;
  let visitor: SendRequest;
  let others: readonly string[];
  let userId: string;

  const foundBy = async (send: SendRequest, q: string): Promise<number> =>
    ((await (await send(`/api/search?q=${q}`)).json()) as { items: readonly unknown[] }).items.length;

  before(async () => {
    platform = await sharedPlatform();
    // A platform on a given event store has users of its own.
    userId = devUserId(NAME);
    me = requestsAs(platform, NAME);
    visitor = requestsAs(platform, 'visitor');
    others = storedObjects(platform);
    await leaveTraces(me);
    await pollUntil(
      'Being found',
      () => foundBy(visitor, SOUGHT_WORD),
      (count) => count === 1,
    );
  });

  it('finds the user’s data in tables and files before, so that the search would find remains', async () => {
    const rows = (await rowsContaining(platform, WORKS)).join('\n');
    expect(rows).to.include('moc_management.').and.include('search.').and.include('wishlist.');
    expect((await rowsContaining(platform, PERSONAL)).join('\n')).to.include('profile.idempotency_key');
    const ownObjects = storedObjects(platform).filter((file) => !others.includes(file));
    for (const folder of ['files', 'profile', 'wishlist'])
      expect(
        ownObjects.some((file) => file.includes(`/${folder}/`)),
        folder,
      ).to.equal(true);
  });

  it('exports all data of the user beforehand, as JSON', async () => {
    const reply = await me('/api/users/me/export');
    const { profile, history, avatar, elsewhere } = exportReply.parse(await reply.json());
    expect(profile).to.include({ ...PERSON, ...CHANGES, email: `${NAME}@example.test` });
    expect(JSON.stringify(history)).to.include(PERSON.bio).and.include(CHANGES.bio);
    expect(avatar?.mediaType).to.equal('image/webp');
    for (const { path } of elsewhere) expect((await me(path)).status, path).to.equal(200);
    const pages = await Promise.all(elsewhere.map(async ({ path }) => (await me(path)).text()));
    expect(pages.join('\n')).to.include('Gamboge pier').and.include('Isabelline crate');
  });

  it('never wrote personal data in clear where it cannot be deleted', function () {
    skipOnGivenEventStore(this, "it reads the store's files");
    const content = folderContent(platform, 'event-store');
    expect(content).to.include('Isabelline crate');
    for (const personal of PERSONAL) expect(content.includes(personal), personal).to.equal(false);
  });

  it('is accepted at once, and from then on no answer shows the user’s data', async () => {
    expect((await me('/api/users/me', { method: 'DELETE' })).status).to.equal(204);
    expect((await me('/api/users/me')).status).to.equal(410);
    expect((await me('/api/users/me/export')).status).to.equal(410);
    expect((await visitor(`/api/users/${userId}/public`)).status).to.equal(404);
    expect((await visitor(`/api/users/${userId}/avatar`)).status).to.equal(404);
    const batch = publicReply.parse(await (await visitor(`/api/users/public?ids=${userId}`)).json());
    expect(batch).to.deep.equal({ users: [], missing: [userId] });
    const operator = requestsAs(platform, 'olga', ['operator']);
    expect((await operator(`/api/users/${userId}`)).status).to.equal(404);
  });

  it('reaches every read model: no table holds a word of the user', async () => {
    await pollUntil(
      'Forgetting',
      () => rowsContaining(platform, [...WORKS, ...PERSONAL]),
      (rows) => rows.length === 0,
      WITHIN_MS,
    );
    expect(await foundBy(visitor, SOUGHT_WORD)).to.equal(0);
  });

  it('deletes the user’s files: images, instructions, parts lists', async () => {
    await pollUntil(
      'Removing the files',
      () => Promise.resolve(storedObjects(platform).filter((file) => !others.includes(file))),
      (files) => files.length === 0,
      WITHIN_MS,
    );
  });

  it('refuses a new MOC under a token that outlives the user, and stores nothing of it', async () => {
    const before = storedObjects(platform);
    const form = await uploadForm();
    form.set('title', 'Heliotrope jetty');
    for (const refusal of [
      await me('/api/mocs', json('POST', { title: 'Heliotrope jetty' })),
      await me('/api/mocs/with-files', { method: 'POST', body: form }),
    ]) {
      expect(refusal.status).to.equal(410);
      expect(refusal.headers.get('content-type')).to.include('application/problem+json');
      expect(await problemCode(refusal)).to.equal('user-erased');
    }
    expect(await rowsContaining(platform, ['Heliotrope jetty'])).to.deep.equal([]);
    expect(storedObjects(platform)).to.deep.equal(before);
  });

  it('leaves nothing of the refused MOC in the event store', function () {
    skipOnGivenEventStore(this, "it reads the store's files");
    expect(folderContent(platform, 'event-store')).not.to.include('Heliotrope jetty');
  });

  it('is published with the id and nothing else', async () => {
    const client = connectEventStore(eventStoreUrl(platform));
    const announcements = async (): Promise<readonly unknown[]> => {
      const events: unknown[] = [];
      for await (const { type, data } of catchUp(client, { source: { stream: PROFILE_EVENTS }, from: 'start' }))
        if ((data as { subject: string }).subject === userId && type === 'user.erased') events.push(data);
      return events;
    };
    const events = await pollUntil('The erasure is published', announcements, (all) => all.length > 0);
    await client.dispose();
    expect(events).to.have.length(1);
    const [{ payload }] = events as [{ payload: { erasedAt: string } }];
    expect(payload).to.deep.equal({ status: 'erased', userId, erasedAt: payload.erasedAt });
  });

  it('is final: no request brings the profile back', async () => {
    expect((await me('/api/users/me', json('PATCH', CHANGES))).status).to.equal(410);
    expect((await me('/api/users/me/avatar', imageRequest(stillImages.PNG))).status).to.equal(410);
    expect((await me('/api/users/me', { method: 'DELETE' })).status).to.equal(204);
    expect(await rowsContaining(platform, PERSONAL)).to.deep.equal([]);
    expect(storedObjects(platform).filter((file) => file.includes(Buffer.from(userId).toString('hex')))).to.deep.equal(
      [],
    );
  });

  it('leaves nothing personal in any log', () => {
    const logs = folderContent(platform, 'logs');
    for (const personal of PERSONAL) expect(logs.includes(personal), personal).to.equal(false);
  });
});
