import { expect } from 'chai';
import type { Express } from 'express';
import request from 'supertest';
import { pollUntil } from '@lego-moc/application/poll-until';
import { StreamMoved } from '@lego-moc/application/event-streams';
import { newId } from '@lego-moc/application/new-id';
import { derivedId } from '@lego-moc/kernel/ids';
import type { MocReply } from '../../contracts/http-api.ts';
import { api, createOwners } from '../../testing/api-for-tests.ts';

const urn = (code: string) => `urn:lego-moc:problem:${code}`;

const draftMoc = async (app: Express, title = 'Crane'): Promise<MocReply> => {
  const reply = await request(app).post('/v1/mocs').send({ title }).expect(201);
  return reply.body as MocReply;
};

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
