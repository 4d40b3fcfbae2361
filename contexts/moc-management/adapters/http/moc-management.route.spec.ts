import { expect } from 'chai';
import type { Express } from 'express';
import request from 'supertest';
import { newId } from '@lego-moc/application/new-id';
import type { UserId } from '@lego-moc/kernel/message';
import type { MocReply } from '../../contracts/http-api.ts';
import { api, createOwners, now } from '../../testing/api-for-tests.ts';
import { CONTRACTS } from './contracts.ts';

const urn = (code: string) => `urn:lego-moc:problem:${code}`;

const draftMoc = async (app: Express, title = 'Crane'): Promise<MocReply> => {
  const reply = await request(app).post('/v1/mocs').send({ title }).expect(201);
  return reply.body as MocReply;
};

describe('POST /v1/mocs', () => {
  it('answers 201 with the MOC, its location and its revision', async () => {
    const reply = await request(api())
      .post('/v1/mocs')
      .send({ title: ' Crane ', tags: ['small'] })
      .expect(201);
    const moc = reply.body as MocReply;
    expect(moc).to.include({ title: 'Crane', status: 'draft', owner: 'ada', totalPieces: 0 });
    expect(reply.headers).to.include({ location: `/v1/mocs/${moc.mocId}`, etag: '"0"' });
  });

  it('answers 400 with the invalid field', async () => {
    const reply = await request(api()).post('/v1/mocs').send({ title: '', colour: 'red' }).expect(400);
    expect(reply.body).to.include({ type: urn('invalid-request') });
    expect(JSON.stringify(reply.body)).to.include('/title').and.to.include('colour');
  });

  it('answers 409 for a title that the owner uses already, whatever its case', async () => {
    const app = api();
    await draftMoc(app);
    const reply = await request(app).post('/v1/mocs').send({ title: 'CRANE' }).expect(409);
    expect(reply.body).to.deep.include({ type: urn('title-taken') });
    await request(app).post('/v1/mocs').set('x-test-user', 'bob').send({ title: 'Crane' }).expect(201);
  });

  it('answers a repeated Idempotency-Key with the first MOC, and 422 for another body', async () => {
    const app = api();
    const send = (title: string, user = 'ada') =>
      request(app).post('/v1/mocs').set('idempotency-key', 'k-1').set('x-test-user', user).send({ title });
    const first = (await send('Crane').expect(201)).body as MocReply;
    expect((await send('Crane').expect(201)).body).to.deep.equal(first);
    expect((await send('Ship').expect(422)).body).to.include({ type: urn('idempotency-key-reused') });
    expect(((await send('Crane', 'bob').expect(201)).body as MocReply).mocId).not.to.equal(first.mocId);
  });
});

describe('GET /v1/moc-lookups', () => {
  const lookUp = (app: Express, mocIds: readonly string[], service = 'inventory') =>
    request(app)
      .get(`/v1/moc-lookups?mocs=${mocIds.join(',')}`)
      .set('x-test-service', service);

  it('answers a service with the MOCs that the user may see, each once', async () => {
    const app = api();
    const { mocId, title, revision } = await draftMoc(app);
    const reply = await lookUp(app, [mocId, newId(), mocId.toUpperCase()]).expect(200);
    expect(reply.body).to.deep.equal({ mocs: [{ mocId, title, revision, partsLists: [] }] });
    expect((await lookUp(app, [mocId]).set('x-test-user', 'bob').expect(200)).body).to.deep.equal({ mocs: [] });
  });

  it('answers 403 to a user, and 400 for what is no list of up to 100 ids', async () => {
    const app = api();
    await request(app).get(`/v1/moc-lookups?mocs=${newId()}`).expect(403);
    for (const mocIds of [[], ['crane'], Array.from({ length: 101 }, newId)]) await lookUp(app, mocIds).expect(400);
  });
});

describe('sending a token that outlives its user', () => {
  it('answers 410, to a sender of files after they are sent', async () => {
    const allOwners = createOwners();
    const app = api(allOwners);
    const { mocId } = await draftMoc(app);
    const cause = { commandId: newId(), correlationId: newId(), actor: 'moc-management-forgetting' };
    await allOwners.erase('ada' as UserId, now(), cause);
    const post = (path: string) => request(app).post(path);
    const book = Buffer.alloc(1_000_000, '%PDF');
    for (const reply of [
      await post('/v1/mocs').send({ title: 'Ship' }),
      await post('/v1/mocs/with-files').field('title', 'Ship').attach('instructionsFile', book, 'book.pdf'),
      await post(`/v1/mocs/${mocId}/files`).attach('instructionsFile', book, 'book.pdf'),
      await post(`/v1/mocs/${mocId}/parts-lists`).attach('partsLists', book, 'bricks.csv'),
    ]) {
      expect(reply.status).to.equal(410);
      expect(reply.body).to.include({ type: urn('user-erased'), status: 410 });
    }
    await request(app).post('/v1/mocs').set('x-test-user', 'bob').send({ title: 'Ship' }).expect(201);
  });

  it('is documented in the contract of each route that begins something', () => {
    const beginning = CONTRACTS.filter(({ path, replies }) => 201 in replies && !path.endsWith('/secret-rotations'));
    expect(beginning).to.have.length(6);
    for (const { path, replies } of beginning) expect(replies, path).to.have.property('410');
  });
});

describe('changing a MOC', () => {
  it('answers 412 when the MOC is not at the revision of If-Match', async () => {
    const app = api();
    const { mocId } = await draftMoc(app);
    const revise = () => request(app).patch(`/v1/mocs/${mocId}`);
    await revise().set('if-match', '"0"').send({ theme: 'City' }).expect(204).expect('etag', '"1"');
    await revise().set('if-match', '"0"').send({ theme: 'Space' }).expect(412);
  });

  it('refuses the title of another MOC, and leaves the old one free', async () => {
    const app = api();
    const { mocId } = await draftMoc(app, 'Crane');
    await draftMoc(app, 'Ship');
    await request(app).patch(`/v1/mocs/${mocId}`).send({ title: 'ship' }).expect(409);
    await request(app).patch(`/v1/mocs/${mocId}`).send({ title: 'Steam crane' }).expect(204);
  });

  it('answers 404 to others as for a missing MOC, 409 for an incomplete one', async () => {
    const app = api();
    const { mocId } = await draftMoc(app);
    await request(app).delete(`/v1/mocs/${mocId}`).set('x-test-user', 'bob').expect(404);
    await request(app).delete('/v1/mocs/0190d1c5-6f00-7000-8000-000000000009').expect(404);
    await request(app).delete('/v1/mocs/one').expect(400);
    const reply = await request(app).put(`/v1/mocs/${mocId}/publication`).expect(409);
    expect(reply.body).to.include({ type: urn('instructions-missing') });
  });

  it('deletes a MOC once and answers 410 to later changes', async () => {
    const app = api();
    const { mocId } = await draftMoc(app);
    await request(app).delete(`/v1/mocs/${mocId}`).expect(204);
    await request(app).delete(`/v1/mocs/${mocId}`).expect(204);
    await request(app).get(`/v1/mocs/${mocId}`).expect(404);
    await request(app).patch(`/v1/mocs/${mocId}`).send({ theme: 'City' }).expect(410);
  });
});

describe('reading a MOC', () => {
  it('hides a draft from everyone but its owner', async () => {
    const app = api();
    const { mocId } = await draftMoc(app);
    for (const path of [`/v1/mocs/${mocId}`, `/v1/mocs/${mocId}/files`, `/v1/mocs/${mocId}/history`]) {
      await request(app).get(path).set('x-test-user', 'bob').expect(404);
      await request(app).get(path).expect(200);
    }
  });

  it('returns its history in pages', async () => {
    const app = api();
    const { mocId } = await draftMoc(app);
    await request(app).patch(`/v1/mocs/${mocId}`).send({ theme: 'City', title: 'Ship' }).expect(204);
    const page = (await request(app).get(`/v1/mocs/${mocId}/history?limit=2`).expect(200)).body as {
      events: { type: string }[];
      nextCursor: string;
    };
    expect(page.events.map(({ type }) => type)).to.deep.equal(['MocDrafted', 'MocRetitled']);
    const rest = await request(app).get(`/v1/mocs/${mocId}/history?cursor=${page.nextCursor}`).expect(200);
    expect(JSON.stringify(rest.body)).to.include('MocDescribed').and.to.include('"nextCursor":null');
  });

  it('finds a file that was added through another instance and is missing in the read model', async () => {
    const app = api(createOwners(), (latest) => async (mocId, reader) => {
      const moc = await latest(mocId, reader);
      return moc && { ...moc, files: [], partsLists: [] };
    });
    const upload = request(app).post('/v1/mocs/with-files').field('title', 'Crane');
    const { mocId, files, partsLists } = (await upload.attach('partsLists', Buffer.from('Part,Color\n'), 'a.csv'))
      .body as MocReply;
    await request(app).get(`/v1/mocs/${mocId}/files/${files[0]!.fileId}`).expect(200);
    await request(app).get(`/v1/mocs/${mocId}/parts-lists/${partsLists[0]!.partsListId}`).expect(200);
    await request(app).get(`/v1/mocs/${mocId}/files/${mocId}`).expect(404);
    await request(app).get(`/v1/mocs/${mocId}/parts-lists/${mocId}`).expect(404);
    await request(app).get(`/v1/mocs/${mocId}/files/${files[0]!.fileId}`).set('x-test-user', 'bob').expect(404);
  });

  it('gives a download URL for a file of the MOC, and for no other', async () => {
    const app = api();
    const moc = (
      await request(app)
        .post('/v1/mocs/with-files')
        .field('title', 'Crane')
        .attach('thumbnail', Buffer.from('x'), 'a.png')
        .expect(201)
    ).body as MocReply;
    const { fileId } = moc.files[0]!;
    await request(app).get(`/v1/mocs/${moc.mocId}/files/${fileId}`).expect(200);
    await request(app).get(`/v1/mocs/${moc.mocId}/files/${moc.mocId}`).expect(404);
    await request(app).delete(`/v1/mocs/${moc.mocId}/files/${fileId}`).expect(204);
    await request(app).get(`/v1/mocs/${moc.mocId}/files/${fileId}`).expect(404);
  });
});
