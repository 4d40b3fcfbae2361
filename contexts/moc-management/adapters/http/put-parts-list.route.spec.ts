import { expect } from 'chai';
import type { Express } from 'express';
import request from 'supertest';
import { newId } from '@lego-moc/application/new-id';
import { derivedId } from '@lego-moc/kernel/ids';
import type { MocReply } from '../../contracts/http-api.ts';
import { api } from '../../testing/api-for-tests.ts';

const LIST = 'Part,Color,Quantity\n3001,4,2\n';
const OTHER = 'Part,Color,Quantity\n3001,4,3\n';
const urn = (code: string): string => `urn:lego-moc:problem:${code}`;

const withList = async () => {
  const app: Express = api();
  const reply = await request(app)
    .post('/v1/mocs/with-files')
    .field('title', 'Crane')
    .attach('partsLists', Buffer.from(LIST), 'bricks.csv')
    .expect(201);
  const moc = reply.body as MocReply;
  const path = `/v1/mocs/${moc.mocId}/parts-lists/${moc.partsLists[0]!.partsListId}`;
  const put = (content: string, name = 'newer.csv') =>
    request(app).put(path).attach('partsLists', Buffer.from(content), name);
  const read = async () => (await request(app).get(`/v1/mocs/${moc.mocId}`).expect(200)).body as MocReply;
  return { app, moc, path, put, read };
};

describe('PUT of a parts list', () => {
  it('answers 200 with the MOC: the list as it was, and the other file that is being read', async () => {
    const { put, moc, read } = await withList();
    const reply = await put(OTHER).expect(200);
    const { partsLists, files, revision } = reply.body as MocReply;
    const [list] = moc.partsLists;
    expect(partsLists[0]).to.deep.include(list);
    expect(partsLists[0]?.replacement).to.include({ status: 'processing' });
    expect(files.map(({ fileId }) => fileId)).to.have.members([list?.fileId, partsLists[0]?.replacement?.fileId]);
    expect(reply.headers['etag']).to.equal(`"${revision}"`);
    expect(await read()).to.deep.equal(reply.body);
  });

  it('answers 200 with the MOC as it was for the same file', async () => {
    const { put, moc, read } = await withList();
    expect((await put(LIST).expect(200)).body).to.deep.equal(moc);
    expect(await read()).to.deep.equal(moc);
  });

  it('shows an upload that changed nothing as filed', async () => {
    const { app, path, put, moc } = await withList();
    const key = newId();
    await put(LIST).set('idempotency-key', key).expect(200);
    expect((await put(LIST).set('idempotency-key', key).expect(200)).body).to.deep.equal(moc);
    const uploadId = derivedId('request', 'ada', 'PUT', path, key);
    const status = await request(app).get(`/v1/uploads/${uploadId}`).expect(200);
    expect(status.body).to.deep.equal({ uploadId, status: 'filed', mocId: moc.mocId });
  });

  it('replays the first answer under its key, and refuses another file under it with 422', async () => {
    const { put } = await withList();
    const key = newId();
    const first = await put(OTHER).set('idempotency-key', key).expect(200);
    expect((await put(OTHER).set('idempotency-key', key).expect(200)).body).to.deep.equal(first.body);
    const other = await put(`${OTHER}3002,4,1\n`).set('idempotency-key', key).expect(422);
    expect(other.body).to.include({ type: urn('idempotency-key-reused') });
  });

  it('answers 412 when If-Match names another revision, and replaces the list when it names the present one', async () => {
    const { put, moc } = await withList();
    expect((await put(OTHER).set('if-match', '"0"').expect(412)).body).to.include({ type: urn('revision-moved') });
    await put(OTHER).set('if-match', `"${moc.revision}"`).expect(200);
  });

  it('answers 422 for a refused file and keeps the list', async () => {
    const { put, moc, read } = await withList();
    expect((await put('', 'empty.csv').expect(422)).body).to.include({ type: urn('empty-file') });
    expect(await read()).to.deep.equal(moc);
  });

  it('answers 400 for a form without a file, with a file in another field, or with a field', async () => {
    const { app, path, moc, read } = await withList();
    const replyWithoutFile = await request(app).put(path).field('title', 'Hull').expect(400);
    expect(JSON.stringify(replyWithoutFile.body)).to.include('/partsLists');
    await request(app).put(path).attach('images', Buffer.from('x'), 'a.png').expect(400);
    const field = await request(app)
      .put(path)
      .field('title', 'Hull')
      .attach('partsLists', Buffer.from(OTHER), 'a.csv')
      .expect(400);
    expect(field.body).to.include({ type: urn('invalid-request') });
    expect(await read()).to.deep.equal(moc);
  });

  it('answers 413 for two files', async () => {
    const { put } = await withList();
    await put(OTHER).attach('partsLists', Buffer.from(LIST), 'second.csv').expect(413);
  });

  it('answers 404 for another list, and to anyone but the owner', async () => {
    const { app, moc, path } = await withList();
    const other = `/v1/mocs/${moc.mocId}/parts-lists/${newId()}`;
    const send = (to: string) => request(app).put(to).attach('partsLists', Buffer.from(OTHER), 'a.csv');
    expect((await send(other).expect(404)).body).to.include({ type: urn('parts-list-not-found') });
    expect((await send(path).set('x-test-user', 'bob').expect(404)).body).to.include({ type: urn('moc-not-found') });
  });

  it('changes title and description for a JSON body, and answers 415 for any other', async () => {
    const { app, path, read } = await withList();
    await request(app).put(path).send({ title: 'Hull' }).expect(204);
    expect((await read()).partsLists[0]?.title).to.equal('Hull');
    await request(app).put(path).send({ title: 'Hull', description: 'Without motor' }).expect(204);
    await request(app).put(path).send({ title: 'Boom' }).expect(204);
    expect((await read()).partsLists[0]).to.include({ title: 'Boom', description: 'Without motor' });
    const reply = await request(app).put(path).set('content-type', 'text/csv').send(OTHER).expect(415);
    expect((reply.body as { detail: string }).detail).to.include('multipart/form-data');
    await request(app).put(path).expect(400);
  });
});
