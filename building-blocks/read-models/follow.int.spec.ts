import { expect } from 'chai';
import { newId } from '@lego-moc/application/new-id';
import { awaitRevision } from './await-revision.ts';
import { followProjection, type RunningProjection } from './run-projection.ts';
import { box, boxCodec, boxShelf, openToyShop, put, type ToyShop } from './testing/toy-box.ts';

describe('following streams', () => {
  let shop: ToyShop;
  let running: RunningProjection;

  before(async function () {
    this.timeout(30_000);
    shop = await openToyShop();
    await shop.store.prepare(boxShelf(shop.category));
    running = followProjection(shop.host, boxShelf(shop.category), boxCodec);
  });

  after(() => running.stop());

  it('shows what the stream says, with its revision', async () => {
    const id = newId();
    const revision = await put(shop, id, box.opened, box.added('3001'), box.added('3024'));
    expect(await awaitRevision(shop.store, 'box-shelf', id, revision, 5_000)).to.equal(true);
    expect(await shop.db.one('SELECT * FROM box_shelf WHERE id = $1', [id])).to.deep.include({
      id,
      revision: 2n,
      colour: 'red',
      opened_at: '2026-01-01T12:00:00.000Z',
      parts: ['3001', '3024'],
      studs: 8,
      label: null,
    });
  });

  it('hides what is gone and remembers how far it was followed', async () => {
    const id = newId();
    await put(shop, id, box.opened);
    const revision = await put(shop, id, box.closed);
    expect(await awaitRevision(shop.store, 'box-shelf', id, revision, 5_000)).to.equal(true);
    expect(await shop.db.any('SELECT id FROM box_shelf WHERE id = $1', [id])).to.deep.equal([]);
  });

  it('shows a thing that comes back', async () => {
    const id = newId();
    const revision = await put(shop, id, box.opened, box.closed, box.opened, box.added('3001'));
    expect(await awaitRevision(shop.store, 'box-shelf', id, revision, 5_000)).to.equal(true);
    expect(await shop.db.one('SELECT parts FROM box_shelf WHERE id = $1', [id])).to.deep.equal({ parts: ['3001'] });
  });

  it('tells a reader who waits for too new a revision that it is not there', async () => {
    expect(await awaitRevision(shop.store, 'box-shelf', newId(), 0n, 30)).to.equal(false);
  });

  it('says how it stands', async () => {
    const status = await running.status();
    expect(status).to.deep.include({ name: 'box-shelf', generation: 1, parked: 0, state: 'live' });
    expect(status.rows).to.be.greaterThan(1);
  });
});
