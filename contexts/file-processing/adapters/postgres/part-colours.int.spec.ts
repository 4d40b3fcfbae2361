import { expect } from 'chai';
import { openDatabase, type Database } from '@lego-moc/postgres/database';
import { migrate } from '@lego-moc/postgres/migrations';
import { postgresForTests } from '@lego-moc/testing/postgres-for-tests';
import { closeAfterAllTests } from '@lego-moc/testing/mocha-hooks';
import { importCatalogue } from '../../application/import-catalogue.ts';
import { tablesDump } from '../../testing/tables-dump.ts';
import { migrations } from './migrations.ts';
import { partColoursIn, summarizeColours } from './part-colour-queries.ts';
import { postgresCatalogueStore } from './postgres-catalogue-store.ts';

const SCHEMA = 'file_processing_part_colours';
const tables = {
  part_categories: ['id,name', '11,Bricks'],
  colors: ['id,name,rgb,is_trans', '0,Black,05131D,f', '4,Red,C91A09,f', '14,Yellow,F2CD37,f'],
  parts: ['part_num,name,part_cat_id', '3001A,Brick 2 x 4,11', '3002,Brick 2 x 3,11'],
  elements: [
    'element_id,part_num,color_id,design_id',
    '300121,3001A,4,3001',
    '4114306,3001A,4,3001',
    '300126,3001A,0,',
  ],
};
const inventories = {
  sets: ['set_num,name,year,theme_id,num_parts', '10-1,Crane,2024,,6', '11-1,Boat,2025,,1'],
  inventories: ['id,version,set_num', '1,1,10-1', '2,2,10-1', '3,1,11-1'],
  inventory_parts: [
    'inventory_id,part_num,color_id,quantity,is_spare',
    ...['1,3001A,4,9,f', '2,3001A,4,9,f', '2,3001A,4,1,t', '3,3001A,4,1,f', '3,3001A,14,1,f'],
  ],
};

describe('the colours of parts in PostgreSQL', function () {
  this.timeout(120_000);
  let db: Database;
  const load = (id: string, files: Record<string, string[]>) =>
    importCatalogue(tablesDump(id, files), postgresCatalogueStore(db), () => undefined);
  const rows = () => db.any('SELECT * FROM part_colour ORDER BY release, key, colour_id');

  before(async () => {
    db = openDatabase(await (await postgresForTests()).databaseUrl(SCHEMA), { schema: SCHEMA });
    closeAfterAllTests(() => db.close());
    await migrate(db, SCHEMA, migrations);
  });

  it('have no number of sets while the release has no inventories', async () => {
    await load('colours-1', tables);
    expect(await partColoursIn(db)(['3001a'])).to.eql({
      release: 'colours-1',
      colours: [
        { part: '3001a', colourId: 0, name: 'Black', elements: 1, sets: null },
        { part: '3001a', colourId: 4, name: 'Red', elements: 2, sets: null },
      ],
    });
  });

  it('count elements, and each set once whatever versions and spares it has', async () => {
    await load('colours-2', { ...tables, ...inventories });
    const { release, colours } = await partColoursIn(db)(['no-part', '3002', '3001A']);
    expect(release).to.equal('colours-2');
    expect(colours.map(({ part, name, elements, sets }) => [part, name, elements, sets])).to.eql([
      ['3001A', 'Black', 1, 0],
      ['3001A', 'Red', 2, 2],
      ['3001A', 'Yellow', 0, 1],
    ]);
  });

  it('are the same for releases that were imported before they were summed up', async () => {
    const summary = await rows();
    expect(summary).to.have.length(5);
    await db.none('DELETE FROM part_colour');
    await db.none(summarizeColours('true'));
    expect(await rows()).to.eql(summary);
  });

  it('go with their release', async () => {
    for (const id of ['colours-3', 'colours-4', 'colours-5']) await load(id, tables);
    const releases = await db.any<{ count: number }>(
      'SELECT count(DISTINCT release)::integer AS count FROM part_colour',
    );
    expect(releases).to.eql([{ count: 3 }]);
  });
});
