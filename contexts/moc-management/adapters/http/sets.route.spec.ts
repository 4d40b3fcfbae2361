import { expect } from 'chai';
import type { Express } from 'express';
import request, { type Response } from 'supertest';
import { themesReply } from '../../contracts/description-api.ts';
import type { MocReply } from '../../contracts/http-api.ts';
import { api } from '../../testing/api-for-tests.ts';

const urn = (code: string) => `urn:lego-moc:problem:${code}`;

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
