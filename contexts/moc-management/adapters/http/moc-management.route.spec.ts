import { expect } from 'chai';
import type { Express } from 'express';
import request, { type Response } from 'supertest';
import { pollUntil } from '@lego-moc/application/poll-until';
import { StreamMoved } from '@lego-moc/application/event-streams';
import { newId } from '@lego-moc/application/new-id';
import { derivedId } from '@lego-moc/kernel/ids';
import type { UserId } from '@lego-moc/kernel/message';
import { themesReply } from '../../contracts/description-api.ts';
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

describe('an upload that the process carries on', () => {
  type Pending = { uploadId: string; status: string; mocId: string | null };
  const statusOf = async (app: Express, location: string, user = 'ada') =>
    request(app).get(location).set('x-test-user', user);

  it('answers 202 with a status to poll while a step takes long', async () => {
    const gate = Promise.withResolvers<undefined>();
    const app = api(createOwners(), undefined, (secure) => async (claim, cause) => {
      await gate.promise;
      return secure(claim, cause);
    });
    const reply = await request(app).post('/v1/mocs').send({ title: 'Crane' }).expect(202);
    const location = String(reply.headers['location']);
    expect((await statusOf(app, location)).body).to.include({ status: 'processing', mocId: null });
    gate.resolve(undefined);
    await pollUntil('it is filed', async () => ((await statusOf(app, location)).body as Pending).status === 'filed');
    const { mocId } = (await statusOf(app, location)).body as Pending;
    await request(app)
      .get(`/v1/mocs/${String(mocId)}`)
      .expect(200);
  });

  it('answers 202 instead of the conflict that a step met', async () => {
    let conflicts = 1;
    const app = api(createOwners(), undefined, (secure) => (claim, cause) => {
      conflicts -= 1;
      return conflicts >= 0 ? Promise.reject(new StreamMoved('mocTitle', 'any')) : secure(claim, cause);
    });
    const send = () => request(app).post('/v1/mocs').set('idempotency-key', 'k-1').send({ title: 'Crane' });
    await send().expect(202);
    await send().expect(201);
  });

  it('answers the status of a failed upload with its problem, and 404 to others', async () => {
    const app = api();
    await draftMoc(app);
    const uploadId = derivedId('request', 'ada', 'POST', '/v1/mocs', 'k-2');
    await request(app).post('/v1/mocs').set('idempotency-key', 'k-2').send({ title: 'Crane' }).expect(409);
    const reply = await statusOf(app, `/v1/uploads/${uploadId}`);
    expect(reply.body).to.deep.include({ status: 'failed', mocId: null });
    expect(reply.body).to.have.nested.property('problem.type', urn('title-taken'));
    expect((await statusOf(app, `/v1/uploads/${uploadId}`, 'bob')).status).to.equal(404);
    expect((await statusOf(app, `/v1/uploads/${newId()}`)).status).to.equal(404);
  });

  it('answers a request that is sent twice at once with one MOC', async () => {
    const app = api();
    const send = () => request(app).post('/v1/mocs').set('idempotency-key', 'k-3').send({ title: 'Crane' });
    const [first, other] = await Promise.all([send(), send()]);
    expect([first.status, other.status]).to.deep.equal([201, 201]);
    expect(first.body).to.deep.equal(other.body);
  });
});

describe('sets', () => {
  const set = { title: 'Assembly square', type: 'set', brand: 'LEGO', setNumber: '10255', releaseYear: 2017 };
  const add = (app: Express, change: object = {}, user = 'ada') =>
    request(app)
      .post('/v1/mocs')
      .set('x-test-user', user)
      .send({ ...set, ...change });
  const field = (reply: Response): unknown => (reply.body as { errors?: { pointer: string }[] }).errors?.[0]?.pointer;

  it('have details of their own, and tags in one form', async () => {
    const reply = await add(api(), { tags: [' Modular', 'modular', 'Corner  shop'], subtheme: 'Modular' }).expect(201);
    expect(reply.body).to.include({
      type: 'set',
      brand: 'LEGO',
      setNumber: '10255',
      releaseYear: 2017,
      retired: false,
    });
    expect(reply.body).to.deep.include({ subtheme: 'Modular', author: '', tags: ['modular', 'corner shop'] });
  });

  it('have numbers that are unique within their brand for all owners; a refused one leaves its title free', async () => {
    const app = api();
    await add(app).expect(201);
    const again = await add(app, { title: 'The same', setNumber: ' 10255 ', brand: 'lego' }, 'bob').expect(409);
    expect([(again.body as { type: string }).type, field(again)]).to.deep.equal([
      urn('set-number-taken'),
      '/setNumber',
    ]);
    await add(app, { title: 'The same', brand: 'Cobi' }, 'bob').expect(201);
    await add(app, { title: 'Unbranded', brand: '' }, 'bob').expect(201);
    await add(app, { title: 'Unbranded', brand: '' }).expect(201);
  });

  it('take another number only while it is free', async () => {
    const app = api();
    await add(app).expect(201);
    const { mocId } = (await add(app, { title: 'Other', setNumber: '1' }).expect(201)).body as MocReply;
    const change = (body: object) => request(app).patch(`/v1/mocs/${mocId}`).send(body);
    await change({ setNumber: '10255' }).expect(409);
    await change({ setNumber: '2', retired: true }).expect(204);
    const moc = (await request(app).get(`/v1/mocs/${mocId}`).expect(200)).body as MocReply;
    expect(moc).to.include({ setNumber: '2', brand: 'LEGO', retired: true });
  });

  it('need a number, and their details are refused for a MOC', async () => {
    const app = api();
    expect(field(await add(app, { setNumber: undefined }).expect(400))).to.equal('/setNumber');
    expect(field(await add(app, { type: 'moc', brand: undefined, releaseYear: undefined }).expect(400))).to.equal(
      '/setNumber',
    );
    const { mocId } = (await request(app).post('/v1/mocs').send({ title: 'A MOC' }).expect(201)).body as MocReply;
    await request(app).patch(`/v1/mocs/${mocId}`).send({ setNumber: '1' }).expect(409);
  });

  it('come with their files in one form', async () => {
    const form = request(api()).post('/v1/mocs/with-files').field('title', 'Square').field('type', 'set');
    const reply = await form.field('setNumber', '10255').field('retired', 'true').field('releaseYear', '2017');
    expect([reply.status, reply.body]).to.deep.equal([201, reply.body]);
    expect(reply.body).to.include({ setNumber: '10255', brand: '', retired: true, releaseYear: 2017 });
  });
});

describe('GET /v1/themes', () => {
  it('lists every theme once, with its subthemes', async () => {
    const { themes } = themesReply.parse((await request(api()).get('/v1/themes').expect(200)).body);
    expect(new Set(themes.map(({ theme }) => theme)).size)
      .to.equal(themes.length)
      .and.be.above(20);
    expect(themes.find(({ theme }) => theme === 'Trains')?.subthemes).to.include('Monorail');
  });
});

describe('POST /v1/mocs/:mocId/files with JSON', () => {
  it('answers 422 and names the field for a file that the caller has not stored', async () => {
    const app = api();
    const { mocId } = await draftMoc(app);
    const reply = await request(app).post(`/v1/mocs/${mocId}/files`).send({ fileId: newId() }).expect(422);
    expect(reply.body).to.include({ type: urn('file-not-found') });
    expect((reply.body as { errors: unknown[] }).errors[0]).to.include({ pointer: '/fileId' });
  });

  it('answers 400 for another body and 404 for a MOC of somebody else', async () => {
    const app = api();
    const path = `/v1/mocs/${(await draftMoc(app)).mocId}/files`;
    for (const body of [{}, { fileId: 'x' }, { fileId: newId(), kind: 'thumbnail' }])
      await request(app).post(path).send(body).expect(400);
    await request(app).post(path).set('x-test-user', 'bob').send({ fileId: newId() }).expect(404);
  });
});

describe('POST /v1/mocs/with-files', () => {
  const form = (app: Express) =>
    request(app)
      .post('/v1/mocs/with-files')
      .field('title', 'Crane')
      .field('tags', 'small,fast')
      .attach('instructionsFile', Buffer.from('%PDF'), 'book.pdf')
      .attach('partsLists', Buffer.from('Part,Color,Quantity\n'), 'bricks.csv');

  it('answers with the MOC and the jobs that read its parts lists', async () => {
    const moc = (await form(api()).expect(201)).body as MocReply;
    expect(moc.tags).to.deep.equal(['small', 'fast']);
    expect(moc.files.map(({ kind, name }) => [kind, name])).to.deep.equal([
      ['instruction', 'book.pdf'],
      ['parts-list', 'bricks.csv'],
    ]);
    expect(moc.partsLists).to.have.length(1);
    expect(moc.partsLists[0]).to.include({ status: 'processing', title: 'bricks.csv', lots: null });
  });

  it('names the earlier parts list with the same content', async () => {
    const app = api();
    const bricks = Buffer.from('Part,Color,Quantity\n');
    const reply = await form(app)
      .attach('partsLists', bricks, 'again.csv')
      .attach('partsLists', Buffer.from('x'), 'x.csv');
    const [first, again, other] = (reply.body as MocReply).partsLists;
    expect([first?.duplicateOf, again?.duplicateOf, other?.duplicateOf]).to.deep.equal([
      null,
      first?.partsListId,
      null,
    ]);
  });

  it('accepts field names with brackets as the monolith did', async () => {
    const reply = await request(api())
      .post('/v1/mocs/with-files')
      .field('title', 'Crane')
      .attach('images[]', Buffer.from('x'), 'a.png')
      .expect(201);
    expect((reply.body as MocReply).files[0]).to.include({ kind: 'gallery-image' });
  });

  it('stores nothing when a file is refused', async () => {
    const app = api();
    const reply = await form(app).attach('images', Buffer.alloc(0), 'empty.png').expect(422);
    expect(reply.body).to.deep.include({
      type: urn('empty-file'),
      detail: 'empty.png: The file is empty.',
      errors: [{ pointer: '/images', detail: 'empty.png: The file is empty.' }],
    });
    await draftMoc(app, 'Crane');
  });

  it('answers 400 to a missing title, an unknown file field and a malformed form', async () => {
    const without = await request(api()).post('/v1/mocs/with-files').field('description', 'x').expect(400);
    expect(JSON.stringify(without.body)).to.include('/title');
    const odd = await request(api())
      .post('/v1/mocs/with-files')
      .field('title', 'Crane')
      .attach('malware', Buffer.from('x'), 'x.exe')
      .expect(400);
    expect(JSON.stringify(odd.body)).to.include('/malware');
    await request(api()).post('/v1/mocs/with-files').send({ title: 'Crane' }).expect(415);
    await request(api())
      .post('/v1/mocs/with-files')
      .set('content-type', 'multipart/form-data; boundary=x')
      .send('--x\r\nnonsense')
      .expect(400);
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
