import { expect } from 'chai';
import { openDatabase, type Database } from '@lego-moc/postgres/database';
import { migrate } from '@lego-moc/postgres/migrations';
import { closeAfterAllTests } from '@lego-moc/testing/mocha-hooks';
import { postgresForTests } from '@lego-moc/testing/postgres-for-tests';
import { importCatalogue } from '../../application/import-catalogue.ts';
import { checkLot } from '../../domain/catalogue.ts';
import { parseLot } from '../../domain/lot.ts';
import { tablesDump } from '../../testing/tables-dump.ts';
import { migrations } from './migrations.ts';
import { postgresCatalogue } from './postgres-catalogue.ts';
import { postgresCatalogueStore } from './postgres-catalogue-store.ts';

describe('parts that a release has under another number', function () {
  this.timeout(120_000);
  let db: Database;

  const load = (id: string, parts: readonly string[], elements: readonly string[]) =>
    importCatalogue(
      tablesDump(id, {
        part_categories: ['id,name', '11,Bricks', '4,Duplo'],
        colors: ['id,name,rgb,is_trans', '4,Red,C91A09,False', '1,Blue,0055BF,False'],
        parts: ['part_num,name,part_cat_id', ...parts],
        elements: ['element_id,part_num,color_id', ...elements],
      }),
      postgresCatalogueStore(db),
      () => undefined,
    );

  /** What a lot with this number is now, and why. */
  const partOf = async (partNumber: string) => {
    const catalogue = postgresCatalogue(db);
    const extract = await catalogue.lookUp(await catalogue.newestRelease(), [partNumber]);
    const raw = { line: 1, itemType: 'P', partNumber, colour: '4', colourName: null, quantityText: '1' };
    const { part, partRule } = checkLot(parseLot({ ...raw, role: 'needed' }, 1), 'rebrickable', extract);
    return [part, partRule?.rule, partRule?.provenance];
  };
  const NOTHING = [null, undefined, undefined];

  before(async () => {
    const postgres = await postgresForTests();
    db = openDatabase(await postgres.databaseUrl('file_processing'), { schema: 'file_processing' });
    closeAfterAllTests(() => db.close());
    await migrate(db, 'file_processing', migrations);
    await load(
      'one',
      [
        ...['4555c05pr0009,Figure in a Red Hat,4', '4555c05,Figure,4', '4556c05,Figure,4', 'x1,Sign,11', 'x2,Sign,11'],
        ...['3001a,Brick,11', '3002a,Plate,11', '3003a,Tile,11', '973,Torso,11'],
      ],
      ['300121,3001a,4', '300123,3001a,1', '300221,3002a,4', '300223,3002a,1', '300321,3003a,4'],
    );
    await load(
      'two',
      [
        ...['74509pr0009,Figure in a Red Hat,4', '74509,Figure,4', 'y1,Sign,11', 'y2,Sign,11', '974,Torso,4'],
        ...['3001,Brick 2 x 4,11', '3002,Plate 2 x 3,11', '3004,Plate 1 x 2,11', '3003,Tile 2 x 2,11'],
      ],
      ['300121,3001,4', '300123,3001,1', '300221,3002,4', '300223,3004,1', '300321,3003,1'],
    );
  });

  it('finds a part by its elements, whatever its name is now', async () => {
    expect(await partOf('3001A')).to.deep.equal(['3001', 'moved', 'one to two, by the elements']);
  });

  it('finds a part without elements by its name', async () => {
    expect(await partOf('4555c05pr0009')).to.deep.equal(['74509pr0009', 'moved', 'one to two, by the name']);
  });

  for (const [partNumber, reason] of [
    ['3002a', 'elements became two parts'],
    ['3003a', 'element has another colour now'],
    ['4555c05', 'name two parts had that are gone'],
    ['x1', 'name two new parts have'],
    ['973', 'name belongs to another category now'],
  ] as const)
    it(`does not guess where a part's ${reason}`, async () => {
      expect(await partOf(partNumber)).to.deep.equal(NOTHING);
    });

  it('follows a part over releases, also after the first ones are deleted', async () => {
    const elements = ['300121,brick,4', '300123,brick,1'];
    for (const id of ['three', 'four', 'five', 'six']) await load(id, ['brick,Brick 2 x 4,11'], elements);
    expect(await partOf('3001a')).to.deep.equal([
      ...['brick', 'moved', 'one to two, by the elements; two to three, by the elements'],
    ]);
  });

  it('takes a part that is back under its old number', async () => {
    await load('seven', ['3001a,Brick,11'], ['300121,3001a,4']);
    expect(await partOf('3001a')).to.deep.equal(['3001a', undefined, undefined]);
    expect((await partOf('brick'))[0]).to.equal('3001a');
  });
});
