import { expect } from 'chai';
import request from 'supertest';
import { newId } from '@lego-moc/application/new-id';
import type { MocReply } from '../../contracts/http-api.ts';
import { api } from '../../testing/api-for-tests.ts';

describe('POST /v1/mocs with images and albums of the gallery', () => {
  const [image, album, unknown] = [newId(), newId(), newId()];
  const app = () => api(undefined, undefined, undefined, { existing: () => Promise.resolve(new Set([image, album])) });

  it('answers 201 with the links, each once, from JSON and from a form', async () => {
    const body = { title: 'Crane', galleryImages: [image, image.toUpperCase()], galleryAlbums: [album] };
    const fromJson = (await request(app()).post('/v1/mocs').send(body).expect(201)).body as MocReply;
    const form = request(app()).post('/v1/mocs/with-files').field('title', 'Crane');
    void form.field('galleryImages', `${image},${image}`).field('galleryAlbums', album);
    const fromForm = (await form.expect(201)).body as MocReply;
    for (const { galleryLinks } of [fromJson, fromForm])
      expect(galleryLinks.map(({ kind, itemId, verified }) => [kind, itemId, verified])).to.deep.equal([
        ['image', image, true],
        ['album', album, true],
      ]);
  });

  it('answers 422 for an item that the gallery does not show to the owner, and begins no MOC', async () => {
    const api = app();
    const send = (galleryImages: readonly string[]) =>
      request(api).post('/v1/mocs').send({ title: 'Crane', galleryImages });
    const refusal = await send([image, unknown]);
    expect([refusal.status, (refusal.body as { type: string }).type]).to.deep.equal([
      422,
      'urn:lego-moc:problem:gallery-item-not-found',
    ]);
    await send([image]).expect(201);
  });

  it('answers 400 for what is no id, and 409 for more links than a MOC has', async () => {
    await request(app())
      .post('/v1/mocs')
      .send({ title: 'Crane', galleryImages: ['crane'] })
      .expect(400);
    const ids = (count: number) => Array.from({ length: count }, newId);
    const away = api(undefined, undefined, undefined);
    const body = { title: 'Crane', galleryImages: ids(60), galleryAlbums: ids(60) };
    const reply = await request(away).post('/v1/mocs').send(body).expect(409);
    expect(reply.body).to.include({ type: 'urn:lego-moc:problem:too-many-gallery-links' });
  });
});
