import { expect } from 'chai';
import request from 'supertest';
import { newId } from '@lego-moc/application/new-id';
import type { InstructionsReply } from '../../contracts/files-api.ts';
import type { MocReply } from '../../contracts/http-api.ts';
import { api } from '../../testing/api-for-tests.ts';

const mocWithBooks = async (...names: readonly string[]) => {
  const app = api();
  const form = request(app).post('/v1/mocs/with-files').field('title', 'Crane');
  for (const name of names) void form.attach('instructionsFile', Buffer.from(`%PDF ${name}`), name);
  const { mocId } = (await form.expect(201)).body as MocReply;
  const put = (order: readonly string[], user = 'ada') =>
    request(app).put(`/v1/mocs/${mocId}/instructions/order`).set('x-test-user', user).send({ order });
  const parts = async () => {
    const reply = await request(app).get(`/v1/mocs/${mocId}/instructions`).expect(200);
    return (reply.body as InstructionsReply).parts;
  };
  const namesInOrder = async () => (await parts()).map(({ name }) => name);
  const ids = async () => (await parts()).map(({ fileId }) => fileId);
  return { put, ids, names: namesInOrder };
};

describe('PUT /v1/mocs/:mocId/instructions/order', () => {
  it('answers 204 with the ETag, and 204 with the same one the second time', async () => {
    const { put, ids, names } = await mocWithBooks('1.pdf', '2.pdf', '3.pdf');
    const [first = '', second = '', third = ''] = await ids();
    const { headers } = await put([third, first.toUpperCase(), second]).expect(204);
    expect(await names()).to.deep.equal(['3.pdf', '1.pdf', '2.pdf']);
    const again = await put([third, first, second]).expect(204);
    expect(again.headers['etag']).to.equal(headers['etag']);
  });

  it('answers 422 with the field for an order that lacks a part or names another one', async () => {
    const { put, ids } = await mocWithBooks('1.pdf', '2.pdf');
    const [first = '', second = ''] = await ids();
    for (const order of [[first], [first, second, newId()], [first, first]]) {
      const reply = await put(order).expect(422);
      expect(reply.body).to.include({ type: 'urn:lego-moc:problem:order-mismatch' });
      expect(reply.body).to.have.nested.property('errors[0].pointer', '/order');
    }
  });

  it('answers 412 for a MOC that was changed since, and 404 to others', async () => {
    const { put, ids } = await mocWithBooks('1.pdf', '2.pdf');
    const order = (await ids()).toReversed();
    const { status } = await put(order).set('if-match', '"0"');
    expect(status).to.equal(412);
    await put(order, 'bob').expect(404);
  });
});
