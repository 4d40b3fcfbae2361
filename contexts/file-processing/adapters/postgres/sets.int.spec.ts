import { expect } from 'chai';
import { openDatabase, type Database } from '@lego-moc/postgres/database';
import { migrate } from '@lego-moc/postgres/migrations';
import { postgresForTests } from '@lego-moc/testing/postgres-for-tests';
import { closeAfterAllTests } from '@lego-moc/testing/mocha-hooks';
import { importCatalogue } from '../../application/import-catalogue.ts';
import { tablesDump } from '../../testing/tables-dump.ts';
import { catalogueItemsIn } from './catalogue-items.ts';
import { migrations } from './migrations.ts';
import { postgresCatalogueStore } from './postgres-catalogue-store.ts';
import { setQueries } from './set-queries.ts';

const dump = tablesDump('sets-1', {
  part_categories: ['id,name', '11,Bricks'],
  colors: ['id,name,rgb,is_trans', '0,Black,05131D,f', '4,Red,C91A09,f'],
  parts: ['part_num,name,part_cat_id', '3001,Brick 2 x 4,11', '973,Torso,11'],
  themes: ['id,name,parent_id', '3,Cranes,2', '2,Harbour,1', '1,City,'],
  sets: ['set_num,name,year,theme_id,num_parts', '10-1,Harbour crane,2024,3,6', '11-1,Crane and boat,2025,99,0'],
  minifigs: ['fig_num,name,num_parts', 'fig-000001,Crane driver,1', 'fig-000002,Passenger,2'],
  inventories: ['id,version,set_num', '1,1,10-1', '2,2,10-1', '3,1,fig-000001', '4,1,11-1', '5,1,fig-000002'],
  inventory_parts: [
    'inventory_id,part_num,color_id,quantity,is_spare',
    ...['1,3001,4,9,False', '2,3001,4,4,False', '2,3001,4,1,True', '2,3001,0,2,f', '3,973,4,1,f'],
    ...['4,unheard-of,4,3,f', '99,3001,4,1,f', '2,3001,4,0,f', '2,3001,4,many,f'],
  ],
  inventory_sets: ['inventory_id,set_num,quantity', '4,10-1,2', '4,11-1,1', '4,10-1,7'],
  inventory_minifigs: ['inventory_id,fig_num,quantity', '2,fig-000001,3', '2,fig-000002,1'],
});

const later = tablesDump('sets-2', {
  part_categories: ['id,name', '11,Bricks'],
  colors: ['id,name,rgb,is_trans', '0,Black,05131D,f'],
  parts: ['part_num,name,part_cat_id', '3001,Brick 2 x 4,11'],
});

describe('sets and minifigs in PostgreSQL', function () {
  this.timeout(120_000);
  let db: Database;

  before(async () => {
    const postgres = await postgresForTests();
    db = openDatabase(await postgres.databaseUrl('file_processing'), { schema: 'file_processing' });
    closeAfterAllTests(() => db.close());
    await migrate(db, 'file_processing', migrations);
  });

  it('imports inventories and counts rows that are dangling, repeated or unreadable', async () => {
    const { counts } = await importCatalogue(dump, postgresCatalogueStore(db), () => undefined);
    expect(counts).to.deep.include({
      themes: { imported: 3, dangling: 0, unreadable: 0, repeated: 0 },
      sets: { imported: 2, dangling: 0, unreadable: 0, repeated: 0 },
      inventories: { imported: 5, dangling: 0, unreadable: 0, repeated: 0 },
      inventoryParts: { imported: 6, dangling: 1, unreadable: 2, repeated: 0 },
      inventorySets: { imported: 2, dangling: 0, unreadable: 0, repeated: 1 },
    });
  });

  it('finds sets and minifigs by words, also of one kind only, by page', async () => {
    const { searchSets } = setQueries(db);
    const numbers = ({ sets }: Awaited<ReturnType<typeof searchSets>>) => sets.map(({ setNumber }) => setNumber);
    const first = await searchSets({ q: 'cran', limit: 2 });
    expect(numbers(first)).to.eql(['10-1', '11-1']);
    expect(numbers(await searchSets({ q: 'cran', limit: 2, cursor: first.nextCursor ?? '' }))).to.eql(['fig-000001']);
    expect(numbers(await searchSets({ q: 'crane', kind: 'minifig', limit: 2 }))).to.eql(['fig-000001']);
  });

  it('shows a set with its versions and contents, also without its edition', async () => {
    expect(await setQueries(db).set('10')).to.eql({
      ...{ release: 'sets-1', setNumber: '10-1', kind: 'set', name: 'Harbour crane', year: 2024, pieces: 6 },
      versions: [2, 1],
      contents: [
        { setNumber: 'fig-000001', name: 'Crane driver', kind: 'minifig', quantity: 3 },
        { setNumber: 'fig-000002', name: 'Passenger', kind: 'minifig', quantity: 1 },
      ],
    });
    expect(await setQueries(db).set('404-1')).to.equal(undefined);
  });

  it('has the parts of the newest version with those of its minifigs, and names the minifig without parts', async () => {
    const reply = await setQueries(db).setParts('10-1', { cursor: 0, limit: 10 });
    expect(reply).to.deep.include({ version: 2, lots: 4, pieces: 9, spares: 1, nextCursor: null });
    expect(
      reply?.parts.map(({ partNumber, colourName, quantity, isSpare }) => [
        ...[partNumber, colourName, quantity, isSpare],
      ]),
    ).to.eql([
      ['3001', 'Black', 2, false],
      ['3001', 'Red', 4, false],
      ['3001', 'Red', 1, true],
      ['973', 'Red', 3, false],
    ]);
    expect(reply?.unopened).to.eql([{ setNumber: 'fig-000002', name: 'Passenger', kind: 'minifig', quantity: 1 }]);
  });

  it('has the parts of an older version', async () => {
    const { setParts } = setQueries(db);
    expect(await setParts('10-1', { version: 1, cursor: 0, limit: 10 })).to.deep.include({ lots: 1, pieces: 9 });
    expect(await setParts('10-1', { version: 3, cursor: 0, limit: 10 })).to.equal(undefined);
  });

  it('opens sets within sets by page, keeps parts it does not know, and ends where a set contains itself', async () => {
    const { setParts } = setQueries(db);
    const first = await setParts('11-1', { cursor: 0, limit: 3 });
    const rest = await setParts('11-1', { cursor: first?.nextCursor ?? 0, limit: 3 });
    expect([first?.lots, rest?.parts.length, rest?.nextCursor]).to.eql([5, 2, null]);
    expect(rest?.parts.at(-1)).to.include({ partNumber: 'unheard-of', partName: null });
  });

  it('has no parts of a set whose inventory has none', async () => {
    expect(await setQueries(db).setParts('fig-000002', { cursor: 0, limit: 3 })).to.equal(undefined);
  });

  it('lists parts with their category, then sets with their themes from the outermost on, by page', async () => {
    const find = catalogueItemsIn(db);
    const parts = await find({ limit: 2 });
    expect(parts).to.eql({
      release: 'sets-1',
      items: [
        { kind: 'part', number: '3001', name: 'Brick 2 x 4', category: 'Bricks' },
        { kind: 'part', number: '973', name: 'Torso', category: 'Bricks' },
      ],
      nextCursor: 'part:973',
    });
    expect(await find({ release: 'sets-1', cursor: 'part:3001', limit: 2 })).to.deep.include({
      nextCursor: 'set:10-1',
    });
    expect(await find({ limit: 2, cursor: 'part:973' })).to.eql({
      release: 'sets-1',
      items: [
        {
          ...{ kind: 'set', number: '10-1', name: 'Harbour crane', year: 2024, pieces: 6 },
          ...{ theme: 'City', subthemes: ['Harbour', 'Cranes'] },
        },
        {
          ...{ kind: 'set', number: '11-1', name: 'Crane and boat', year: 2025, pieces: 0 },
          ...{ theme: null, subthemes: [] },
        },
      ],
      nextCursor: null,
    });
    expect(await find({ limit: 2, cursor: 'set:11-1' })).to.deep.include({ items: [], nextCursor: null });
  });

  it('lists a former release by its id while it is there, and none that is not', async () => {
    await importCatalogue(later, postgresCatalogueStore(db), () => undefined);
    const find = catalogueItemsIn(db);
    expect(await find({ limit: 1 })).to.deep.include({ release: 'sets-2', nextCursor: null });
    expect(await find({ limit: 1, release: 'sets-1' })).to.deep.include({ release: 'sets-1', nextCursor: 'part:3001' });
    expect(await find({ limit: 1, release: 'sets-0' })).to.equal(undefined);
  });
});
