import { expect } from 'chai';
import { pollUntil } from '@lego-moc/application/poll-until';
import { newId } from '@lego-moc/application/new-id';
import { awaitRevision } from './testing/await-revision.ts';
import { streamDefinition } from './definition.ts';
import { followProjection, type RunningProjection } from './run-projection.ts';
import { box, boxCodec, boxShelf, hashOf, openToyShop, put, type ToyShop } from './testing/toy-box.ts';
import { verifyReadModel, type Verification } from './verify.ts';

describe('verifying a read model', function () {
  this.timeout(30_000);
  let shop: ToyShop;
  let running: RunningProjection;
  let ids: readonly string[];

  const follow = async (id: string, ...events: Parameters<typeof put>[2][]): Promise<void> => {
    const revision = await put(shop, id, ...events);
    await pollUntil('followed', () => awaitRevision(shop.store, 'box-shelf', id, revision, 1_000).catch(() => false));
  };
  const verify = (settleMs = 0): Promise<Verification> =>
    verifyReadModel(
      shop.client,
      shop.store,
      streamDefinition(boxShelf(shop.category), boxCodec),
      () => undefined,
      settleMs,
    );
  const spoil = (sql: string): Promise<unknown> => shop.db.none(sql.replace('$table', 'box_shelf_1'), [ids[0]]);

  beforeEach(async () => {
    shop = await openToyShop();
    running = followProjection(shop.host, boxShelf(shop.category), boxCodec);
    ids = [newId(), newId(), newId()];
    for (const id of ids) await follow(id, box.opened, box.added('3001'));
    await follow(ids[2]!, box.closed);
  });
  afterEach(() => running.stop());

  it('finds no difference where rows match their streams, and changes nothing', async () => {
    const before = await hashOf(shop.db);
    expect(await verify()).to.deep.include({
      phase: 'done',
      events: 7,
      rows: 3,
      failed: 0,
      differing: 0,
      differences: [],
    });
    expect(await hashOf(shop.db)).to.equal(before);
    expect((await running.status()).generation).to.equal(1);
    const tables = await shop.db.any("SELECT tablename FROM pg_tables WHERE tablename LIKE 'box_shelf_%'");
    expect(tables).to.have.length(1);
  });

  for (const [difference, sql, expected] of [
    ['a column that differs', 'UPDATE $table SET studs = 7 WHERE id = $1', { revision: '1', columns: ['studs'] }],
    ['a row that is missing', 'DELETE FROM $table WHERE id = $1', { revision: null }],
    ['a row that should be there and is gone', 'UPDATE $table SET gone = true WHERE id = $1', { revision: '1' }],
    ['a row that stays behind', 'UPDATE $table SET revision = 0 WHERE id = $1', { revision: '0', columns: [] }],
  ] as const)
    it(`reports ${difference}`, async () => {
      await spoil(sql);
      const { differing, differences } = await verify();
      expect(differing).to.equal(1);
      expect(differences[0]).to.deep.include({ id: ids[0], expectedRevision: '1', ...expected });
    });

  it('reports a row without a stream', async () => {
    await spoil("INSERT INTO $table SELECT 'stray', revision, gone, updated_at, colour FROM box_shelf_1 WHERE id = $1");
    const { differences } = await verify();
    expect(differences.map(({ id, expectedRevision }) => ({ id, expectedRevision }))).to.deep.equal([
      { id: 'stray', expectedRevision: null },
    ]);
  });

  it('waits for events that are not followed yet before it reports a difference', async () => {
    await running.stop();
    await put(shop, ids[0]!, box.added('3024'));
    expect((await verify()).differing).to.equal(1);
    const verifying = verify(15_000);
    running = followProjection(shop.host, boxShelf(shop.category), boxCodec);
    expect((await verifying).differing).to.equal(0);
  });
});
