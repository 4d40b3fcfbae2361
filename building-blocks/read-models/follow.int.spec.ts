import { expect } from 'chai';
import { newId } from '@lego-moc/application/new-id';
import type { DeliveredEvent } from '@lego-moc/event-store/delivered-event';
import { readStreamEvents } from '@lego-moc/event-store/read-stream';
import type { Instant } from '@lego-moc/kernel/message';
import { awaitRevision } from './testing/await-revision.ts';
import { streamDefinition } from './definition.ts';
import { createFollower } from './follow.ts';
import type { Change } from './read-model-store.ts';
import { followProjection, type RunningProjection } from './run-projection.ts';
import { box, boxCodec, boxShelf, openToyShop, put, type ToyShop } from './testing/toy-box.ts';

const NOON = '2026-01-01T12:00:00.000Z' as Instant;

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

  it('writes the row that the stream folds to, with its revision', async () => {
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

  it('hides a removed row and keeps its revision', async () => {
    const id = newId();
    await put(shop, id, box.opened);
    const revision = await put(shop, id, box.closed);
    expect(await awaitRevision(shop.store, 'box-shelf', id, revision, 5_000)).to.equal(true);
    expect(await shop.db.any('SELECT id FROM box_shelf WHERE id = $1', [id])).to.deep.equal([]);
  });

  it('shows a row again that was removed before', async () => {
    const id = newId();
    const revision = await put(shop, id, box.opened, box.closed, box.opened, box.added('3001'));
    expect(await awaitRevision(shop.store, 'box-shelf', id, revision, 5_000)).to.equal(true);
    expect(await shop.db.one('SELECT parts FROM box_shelf WHERE id = $1', [id])).to.deep.equal({ parts: ['3001'] });
  });

  it('returns false to a reader whose revision does not arrive in time', async () => {
    expect(await awaitRevision(shop.store, 'box-shelf', newId(), 0n, 30)).to.equal(false);
  });

  it('reports state, generation and rows', async () => {
    const status = await running.status();
    expect(status).to.deep.include({ name: 'box-shelf', generation: 1, parked: 0, state: 'live' });
    expect(status.rows).to.be.greaterThan(1);
  });
});

describe('a read model of open items', function () {
  this.timeout(30_000);

  it('reads open items by an index, however many are closed, and reopens none on redelivery', async () => {
    const shop = await openToyShop();
    const open = { ...boxShelf(shop.category), indexes: ['CREATE INDEX ON $table (id) WHERE NOT gone'] };
    const { generation } = await shop.store.prepare(open);
    const over: Change[] = Array.from({ length: 20_000 }, (_, number) => ({
      previous: undefined,
      next: { id: `over-${number}`, revision: 2n, updatedAt: NOON, row: undefined },
    }));
    await shop.store.build(open, async ({ insert, index, publish }) => {
      await insert(over);
      await index();
      await publish(() => Promise.resolve());
    });
    await shop.db.none(`ANALYZE box_shelf_${generation + 1}`);
    const id = newId();
    await put(shop, id, box.opened);
    const follow = createFollower(shop.client, shop.store, streamDefinition(open, boxCodec));
    const messages: DeliveredEvent[] = [];
    for await (const message of readStreamEvents(shop.client, `${shop.category}-${id}`)) messages.push(message);
    await follow(messages);
    expect((await shop.db.any<{ id: string }>('SELECT id FROM box_shelf')).map((row) => row.id)).to.deep.equal([id]);
    const plan = await shop.db.any('EXPLAIN SELECT id FROM box_shelf');
    expect(JSON.stringify(plan)).to.contain('Index').and.not.contain('Seq Scan');

    await put(shop, id, box.closed);
    messages.length = 0;
    for await (const message of readStreamEvents(shop.client, `${shop.category}-${id}`)) messages.push(message);
    await follow(messages);
    await follow(messages.slice(0, 1));
    await createFollower(shop.client, shop.store, streamDefinition(open, boxCodec))(messages.slice(0, 1));
    expect(await shop.store.count('box-shelf')).to.equal(0);
    expect(await shop.store.revisionOf('box-shelf', id)).to.equal(1n);
  });
});
