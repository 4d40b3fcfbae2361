import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import supertest from 'supertest';
import { openDatabase, type Database } from '@lego-moc/postgres/database';
import { postgresForTests } from '@lego-moc/testing/postgres-for-tests';
import { fillWithMessyData } from './messy-data.ts';
import { createMonolith, createTables } from './monolith.ts';

type Reply = { readonly status: number; readonly message: string; readonly error?: string; readonly data: never };

const UNKNOWN_ID = '00000000-0000-4000-8000-000000000000';

describe('the stand-in for the monolith', () => {
  let db: Database;
  const uploadsFolder = mkdtempSync(join(tmpdir(), 'legacy-uploads-'));

  before(async () => {
    const postgres = await postgresForTests();
    db = openDatabase(await postgres.databaseUrl('legacy'), { schema: 'legacy' });
    await createTables(db);
  });
  after(async () => {
    await db.close();
    rmSync(uploadsFolder, { recursive: true });
  });

  const asUser = (userId?: string) => {
    const verifyToken = (token: string) =>
      token.startsWith('user:') ? Promise.resolve(token.slice(5)) : Promise.reject(new Error('unreadable'));
    const monolith = createMonolith({ db, verifyToken, uploadsFolder, cacheMs: 0, report: console.error });
    const agent = supertest.agent(monolith);
    return userId === undefined ? agent : agent.set('authorization', `Bearer user:${userId}`);
  };
  const bodyOf = ({ body }: { readonly body: unknown }): Reply => body as Reply;

  it('answers creations with 200 and the row in camelCase, times in UTC with milliseconds', async () => {
    const reply = bodyOf(await asUser('ada').post('/api/wishlist').send({ title: 'Galaxy Explorer' }).expect(200));
    expect(reply).to.deep.include({ status: 200, message: 'Wishlist item created' });
    const { createdAt, ...item } = reply.data as Record<string, string>;
    expect(item).to.include({ userId: 'ada', title: 'Galaxy Explorer', sortOrder: '0', productLink: null });
    expect(createdAt).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  it('sorts the order of a wishlist as text', async () => {
    const ben = asUser('ben');
    for (const sortOrder of ['9', '10', '1'])
      await ben.post('/api/wishlist').send({ title: sortOrder, sortOrder }).expect(200);
    const { data } = bodyOf(await ben.get('/api/wishlist').expect(200));
    expect((data as { items: { title: string }[] }).items.map(({ title }) => title)).to.deep.equal(['1', '10', '9']);
    const addition = bodyOf(await ben.post('/api/wishlist').send({ title: 'next' }).expect(200));
    expect(addition.data).to.include({ sortOrder: '11' });
  });

  it('refuses an order that names an item of somebody else as a whole', async () => {
    const idOf = async (userId: string) =>
      (bodyOf(await asUser(userId).post('/api/wishlist').send({ title: 'x', sortOrder: '5' })).data as { id: string })
        .id;
    const [own, foreign] = [await idOf('cleo'), await idOf('dan')];
    const orders = (...ids: string[]) => ({ itemOrders: ids.map((id, place) => ({ id, sortOrder: place })) });
    await asUser('cleo').put('/api/wishlist/reorder').send(orders(own, foreign)).expect(403);
    const reply = bodyOf(await asUser('cleo').put('/api/wishlist/reorder').send(orders(own)).expect(200));
    expect(reply.data).to.include({ changed: 1 });
  });

  it('keeps the last of several debounced orders', async () => {
    const eve = asUser('eve');
    const { id } = bodyOf(await eve.post('/api/wishlist').send({ title: 'x' })).data as { id: string };
    const propose = (sortOrder: string) =>
      eve
        .post('/api/wishlist/reorder/debounced')
        .send({ itemOrders: [{ id, sortOrder }] })
        .expect(202);
    await propose('7');
    const { data } = bodyOf(await propose('8'));
    expect(data).to.include({ debounced: true });
    expect(bodyOf(await eve.get('/api/wishlist/reorder/status')).data).to.include({ pending: true });
    await eve.post('/api/wishlist/reorder/cancel').expect(200);
    expect(bodyOf(await eve.get('/api/wishlist/reorder/status')).data).to.deep.equal({ pending: false });
  });

  for (const [path, missing] of [
    ['/api/wishlist', 401],
    ['/api/users/ada', 401],
    ['/api/user/parts-lists/summary', 401],
    ['/api/mocs', 403],
    ['/api/images', 403],
  ] as const)
    it(`answers ${String(missing)} at ${path} without authentication, 401 to an unreadable token`, async () => {
      expect(bodyOf(await asUser().get(path).expect(missing)).error).to.equal('UNAUTHORIZED');
      await asUser().get(path).set('authorization', 'Bearer nonsense').expect(401);
    });

  it('answers 403 for a row of somebody else, 404 for none and 400 for an id that is no UUID', async () => {
    const { id } = bodyOf(await asUser('fay').post('/api/mocs').send({ title: 'Castle' }).expect(200)).data as {
      id: string;
    };
    await asUser('gus').get(`/api/mocs/${id}`).expect(403);
    await asUser('gus').get(`/api/mocs/${UNKNOWN_ID}`).expect(404);
    await asUser('gus').get('/api/mocs/castle').expect(400);
    expect(bodyOf(await asUser('fay').post('/api/mocs').send({ title: 'Castle' }).expect(409)).error).to.equal(
      'CONFLICT',
    );
  });

  it('files a MOC with its parts list and takes any status for it, as text', async () => {
    const hal = asUser('hal');
    const reply = await hal
      .post('/api/mocs/with-files')
      .field('title', 'Tower')
      .attach('instructionsFile', Buffer.from('%PDF-'), 'tower.pdf')
      .attach('partsLists', Buffer.from('part,color,quantity'), 'tower.csv')
      .expect(200);
    const moc = bodyOf(reply).data as { id: string; files: { fileType: string }[] };
    expect(moc.files.map(({ fileType }) => fileType)).to.have.members(['instruction', 'parts-list']);
    const lists = `/api/moc-instructions/${moc.id}/parts-lists`;
    const { items } = bodyOf(await hal.get(lists).expect(200)).data as { items: { id: string }[] };
    const [list] = items;
    const status = { inventoryPercentage: '12.5', actualCost: '12.50 USD', built: true };
    expect(
      bodyOf(
        await hal
          .patch(`${lists}/${String(list?.id)}/status`)
          .send(status)
          .expect(200),
      ).data,
    ).to.include(status);
    expect(bodyOf(await hal.get('/api/user/parts-lists/summary').expect(200)).data).to.deep.include({
      statistics: { totalPartsLists: 1, builtCount: 1, purchasedCount: 0, averageInventoryPercentage: '12.50' },
    });
  });

  it('lists a flagged image still, and refuses a second flag of the same user', async () => {
    const ivy = asUser('ivy');
    const reply = await ivy.post('/api/images').field('title', 'View').attach('image', Buffer.from('x'), 'view.png');
    const { id: imageId } = bodyOf(reply).data as { id: string };
    await ivy.post('/api/flag').send({ imageId }).expect(200);
    await ivy.post('/api/flag').send({ imageId }).expect(409);
    const { items } = bodyOf(await ivy.get('/api/images').expect(200)).data as { items: object[] };
    expect(items).to.have.length(1);
    expect(items[0]).to.deep.include({ id: imageId, flagged: true });
  });

  it('is filled with the same messy rows for the same seed', async () => {
    const digest = () =>
      db.one(`SELECT count(*)::int AS rows, md5(string_agg(to_jsonb(t)::text, '' ORDER BY id)) AS sum
        FROM wishlist_items t WHERE user_id = 'owner'`);
    const fill = () => fillWithMessyData(db, { seed: 's', wishes: 300, images: 200, mocs: 100, owners: ['owner'] });
    await fill();
    const first = await digest();
    expect(first).to.have.property('rows').that.is.above(20);
    await db.none('DELETE FROM moc_instructions');
    await db.none('DELETE FROM wishlist_items');
    await fill();
    expect(await digest()).to.deep.equal(first);
    const dangling = await db.one<{ images: number }>(
      `SELECT count(*)::int AS images FROM gallery_images i
       WHERE album_id IS NOT NULL AND NOT EXISTS (SELECT FROM gallery_albums WHERE id = i.album_id)`,
    );
    expect(dangling.images).to.be.above(10);
  });
});
