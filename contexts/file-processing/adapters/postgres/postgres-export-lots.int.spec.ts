import { expect } from 'chai';
import { newId } from '@lego-moc/application/new-id';
import { openDatabase, type Database } from '@lego-moc/postgres/database';
import { migrate } from '@lego-moc/postgres/migrations';
import { closeAfterAllTests } from '@lego-moc/testing/mocha-hooks';
import { postgresForTests } from '@lego-moc/testing/postgres-for-tests';
import { checkLot, type CatalogueExtract } from '../../domain/catalogue.ts';
import type { StoredLot } from '../../domain/export-lot.ts';
import { parseLot } from '../../domain/lot.ts';
import type { AttemptId, JobId } from '../../domain/file-job-events.ts';
import { migrations } from './migrations.ts';
import { postgresExportLots } from './postgres-export-lots.ts';
import { postgresLots } from './postgres-lots.ts';

const RELEASE = { number: 1, id: 'test-1' };

const extract: CatalogueExtract = {
  parts: new Map([['3001', '3001']]),
  colours: new Map([[4, 'Red']]),
  partColours: new Map(),
  elements: new Map(),
};

const lotsOf = (count: number, change: object = {}) =>
  Array.from({ length: count }, (_, index) => {
    const raw = { line: index + 2, itemType: 'P', partNumber: '3001', colour: '4', colourName: null, ...change };
    return checkLot(parseLot({ ...raw, quantityText: '2', role: 'needed' }, index + 1), 'rebrickable', extract);
  });

describe('lots to export in PostgreSQL', function () {
  this.timeout(120_000);
  let db: Database;

  const addAndRead = async (count: number, change?: object): Promise<readonly (readonly StoredLot[])[]> => {
    const [jobId, attemptId] = [newId() as JobId, newId() as AttemptId];
    await postgresLots(db).add(jobId, attemptId, lotsOf(count, change));
    const read = postgresExportLots(db, { newestRelease: () => Promise.resolve(RELEASE) });
    const pages: (readonly StoredLot[])[] = [];
    for await (const page of read({ jobId, attemptId, owner: undefined })) pages.push(page);
    return pages;
  };

  before(async () => {
    const postgres = await postgresForTests();
    db = openDatabase(await postgres.databaseUrl('file_processing'), { schema: 'file_processing' });
    closeAfterAllTests(() => db.close());
    await migrate(db, 'file_processing', migrations);
    await db.none(`
      INSERT INTO part (release, key, part_number, name) VALUES (1, '3001', '3001', 'Brick 2 x 4'), (2, '3001', '3001', 'Next');
      INSERT INTO colour (release, id, name, rgb, transparent) VALUES (1, 4, 'Red', 'C91A09', false);
      INSERT INTO element (release, element_id, part_number, colour_id) VALUES
        (1, '300121', '3001', 4), (1, '4114306', '3001', 4), (1, '6000001', '3001', 4), (1, '300126', '3001', 0),
        (2, '9999999', '3001', 4)`);
  });

  it('come with the names of the release and the elements of part and colour, the newest first', async () => {
    const [[lot] = []] = await addAndRead(1);
    expect(lot).to.deep.equal({
      ...{ lot: 1, line: 2, itemType: 'P', partNumber: '3001', colour: '4', quantityText: '2', quantity: 2 },
      ...{
        role: 'needed',
        problem: null,
        part: '3001',
        partRule: null,
        numbersElsewhere: null,
        partName: 'Brick 2 x 4',
        colourId: 4,
        colourName: 'Red',
      },
      ...{ elementIds: ['6000001', '4114306', '300121'], openedFrom: null },
    });
  });

  it('come with what the cross-walk calls the part elsewhere, the shortest number first', async () => {
    const link = (scheme: string, key: string, rule: string) =>
      db.none(`INSERT INTO part_link VALUES ($1, $2, $3, '3001', 'a table')`, [key, scheme, rule]);
    await link('bricklink', '3001new', 'cross-walk');
    await link('bricklink', '3001b', 'cross-walk');
    await link('rebrickable', '3001old', 'moved');
    const [[lot] = []] = await addAndRead(1);
    expect(lot?.numbersElsewhere).to.deep.equal(
      ['3001b', '3001new'].map((number) => ({ scheme: 'bricklink', number })),
    );
    await db.none('DELETE FROM part_link');
  });

  it('come without names and elements when the part is unknown', async () => {
    const [[lot] = []] = await addAndRead(1, { partNumber: 'x9' });
    expect(lot).to.include({ partNumber: 'x9', part: null, partName: null }).and.deep.include({ elementIds: [] });
  });

  it('come in pages of 1,000, each lot once and in order', async () => {
    const pages = await addAndRead(2001);
    expect(pages.map(({ length }) => length)).to.deep.equal([1000, 1000, 1]);
    expect(pages.flat().map(({ lot }) => lot)).to.deep.equal(Array.from({ length: 2001 }, (_, index) => index + 1));
  });

  it('are no page for a job without lots', async () => {
    expect(await addAndRead(0)).to.deep.equal([]);
  });
});
