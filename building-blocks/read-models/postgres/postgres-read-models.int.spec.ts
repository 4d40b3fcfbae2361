import { expect } from 'chai';
import type { Instant } from '@lego-moc/kernel/message';
import { openDatabase } from '@lego-moc/postgres/database';
import { closeAfterAllTests } from '@lego-moc/testing/mocha-hooks';
import { postgresForTests } from '@lego-moc/testing/postgres-for-tests';
import type { ReadModel, Row, StoredRow } from '../read-model-store.ts';
import { readModelStoreContract } from '../read-model-store.contract.ts';
import { shapeOf } from '../shape.ts';
import { postgresReadModels } from './postgres-read-models.ts';

const openToys = async () => {
  const db = openDatabase(await (await postgresForTests()).databaseUrl('toys'), { schema: 'toys' });
  closeAfterAllTests(() => db.close());
  return db;
};

describe('read models in PostgreSQL', () => {
  readModelStoreContract(async () => postgresReadModels(await openToys()));

  it('lets a release read the columns that it adds before the rows are rebuilt, while the former one writes on', async () => {
    const db = await openToys();
    const store = postgresReadModels(db);
    const former: ReadModel = {
      ...{ name: 'toy-crate', columns: { colour: 'text', bricks: { membersBy: 'part' } }, indexes: [] },
    };
    const columns: ReadModel['columns'] = {
      ...former.columns,
      ...({ size: 'integer', tags: 'text[]', 'is open': 'boolean', opened_at: 'timestamptz' } as const),
      studs: { membersBy: 'part' },
    };
    const model: ReadModel = { ...former, columns, indexes: ['CREATE INDEX ON $table (size)'] };
    const change = (id: string, row: Row) => {
      const next: StoredRow = { id, revision: 0n, updatedAt: '2026-01-01T12:00:00.000Z' as Instant, row };
      return { previous: undefined, next };
    };
    const read = () => db.any<Row>('SELECT * FROM toy_crate ORDER BY id');
    const withoutTime = (rows: readonly Row[]) => rows.map((row) => ({ ...row, updated_at: undefined }));

    await store.prepare(former);
    await store.save(former, 1, [change('a', { colour: 'red', bricks: [{ part: '3001' }] })]);
    for (const attempt of [1, 2])
      expect(await store.prepare(model), String(attempt)).to.include({ generation: 1, shape: shapeOf(former) });
    await store.save(former, 1, [change('b', { colour: 'tan', bricks: [] })]);
    const neutralColumns = { size: 0, tags: [], 'is open': false, opened_at: null, studs: [] };
    const common = { revision: 0n, updated_at: undefined, ...neutralColumns };
    expect(withoutTime(await read())).to.deep.equal([
      { ...common, id: 'a', colour: 'red', bricks: [{ part: '3001' }] },
      { ...common, id: 'b', colour: 'tan', bricks: [] },
    ]);

    const row = { colour: 'red', bricks: [], size: 3, tags: ['x'], 'is open': true };
    await store.build(model, async ({ insert, index, publish }) => {
      await insert([change('a', { ...row, opened_at: null, studs: [{ part: '3001' }] })]);
      await index();
      await publish(() => Promise.resolve());
    });
    expect(withoutTime(await read())).to.deep.equal([
      { ...row, id: 'a', revision: 0n, updated_at: undefined, opened_at: null, studs: [{ part: '3001' }] },
    ]);
    expect(await store.current('toy-crate')).to.include({ generation: 2, shape: shapeOf(model) });
  });
});
