import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import { newId } from '@lego-moc/application/new-id';
import { openDatabase, type Database } from '@lego-moc/postgres/database';
import { migrate } from '@lego-moc/postgres/migrations';
import { closeAfterAllTests } from '@lego-moc/testing/mocha-hooks';
import { postgresForTests } from '@lego-moc/testing/postgres-for-tests';
import { migrations } from './adapters/postgres/migrations.ts';
import { postgresCatalogue } from './adapters/postgres/postgres-catalogue.ts';
import { postgresCatalogueStore } from './adapters/postgres/postgres-catalogue-store.ts';
import { postgresCrossWalk } from './adapters/postgres/postgres-cross-walk.ts';
import { postgresLotResolution } from './adapters/postgres/postgres-lot-resolution.ts';
import { postgresLots } from './adapters/postgres/postgres-lots.ts';
import { importCatalogue } from './application/import-catalogue.ts';
import { importCrossWalk } from './application/import-cross-walk.ts';
import type { CrossWalkStore } from './application/ports/cross-walk.ts';
import { checkLot } from './domain/catalogue.ts';
import type { AttemptId, JobId } from './domain/file-job-events.ts';
import { parseLot } from './domain/lot.ts';
import { tablesDump } from './testing/tables-dump.ts';

const TABLE = `scheme,number,scheme,number,provenance
bricklink,663stk01,rebrickable,003381,API of 2024
rebrickable,003402,bricklink,310.3stk01,API of 2024
lego,2137,rebrickable,02137pat0001,API of 2024
`;

describe('npm run crosswalk:import', function () {
  this.timeout(120_000);
  let folder: string;
  let databaseUrl: string;
  let db: Database;

  const run = async (...args: readonly string[]) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'import-crosswalk.ts'), ...args], {
      cwd: folder,
      env: { PATH: process.env['PATH'], DATABASE_URL: databaseUrl },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
    return { output: output + errors, status: child.exitCode };
  };
  const write = (name: string, content: string) => writeFile(join(folder, name), content);

  /** How lots of BrickLink with these numbers are found now. */
  const checkedLots = async (...numbers: readonly string[]) => {
    const catalogue = postgresCatalogue(db);
    const extract = await catalogue.lookUp(await catalogue.newestRelease(), numbers);
    return numbers.map((partNumber, index) => {
      const raw = { line: index + 2, itemType: 'P', partNumber, colour: '5', colourName: null, quantityText: '1' };
      return checkLot(parseLot({ ...raw, role: 'needed' }, index + 1), 'bricklink', extract);
    });
  };
  const knowledge = async () => postgresLotResolution(db).knowledge(await postgresCatalogue(db).newestRelease());

  before(async () => {
    const postgres = await postgresForTests();
    databaseUrl = await postgres.databaseUrl('file_processing');
    db = openDatabase(databaseUrl, { schema: 'file_processing' });
    closeAfterAllTests(() => db.close());
    await migrate(db, 'file_processing', migrations);
    const dump = tablesDump('small', {
      part_categories: ['id,name', '58,Stickers'],
      colors: ['id,name,rgb,is_trans', '4,Red,C91A09,False'],
      parts: ['part_num,name,part_cat_id', '003381,Sticker Sheet for Set 663-1,58', '003402,Sticker Sheet,58'],
    });
    await importCatalogue(dump, postgresCatalogueStore(db), () => undefined);
    folder = await mkdtemp(join(tmpdir(), 'import-crosswalk-'));
    await write('table.csv', TABLE);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('counts in a dry run, and stores nothing', async () => {
    const knowledgeBefore = await knowledge();
    expect(await run('table.csv', '--dry-run')).to.deep.equal({
      status: 0,
      output:
        '3 numbers added, 0 replaced, 0 there already, 0 rows refused\n' +
        '1 lead to parts that the newest release does not have.\n' +
        'This was a dry run: nothing is stored.\n',
    });
    expect((await checkedLots('663stk01')).map(({ part }) => part)).to.deep.equal([null]);
    expect(await knowledge()).to.equal(knowledgeBefore);
  });

  it('has lots found under numbers of BrickLink, with rule and provenance, and checked by the next sweep', async () => {
    const knowledgeBefore = await knowledge();
    expect((await run('table.csv')).status).to.equal(0);
    expect(await knowledge()).to.equal(knowledgeBefore + 1);
    const lots = await checkedLots('663STK01', '310.3stk01', '003402', '2137');
    expect(lots.map(({ part, partRule }) => [part, partRule?.rule])).to.deep.equal([
      ['003381', 'cross-walk'],
      ['003402', 'cross-walk'],
      ['003402', undefined],
      [null, undefined],
    ]);
    const [jobId, attemptId] = [newId() as JobId, newId() as AttemptId];
    await postgresLots(db).add(jobId, attemptId, lots);
    const page = await postgresLots(db).page(jobId, attemptId, 1, {
      ...{ cursor: 0, limit: 10, unknown: false, problems: false },
    });
    expect(page.lots.map(({ partRule }) => partRule?.provenance)).to.deep.equal([
      ...['API of 2024', 'API of 2024', undefined, undefined],
    ]);
  });

  it('changes nothing the second time', async () => {
    const knowledgeBefore = await knowledge();
    expect(await run('table.csv')).to.deep.equal({
      status: 0,
      output: '0 numbers added, 0 replaced, 3 there already, 0 rows refused\n',
    });
    expect(await knowledge()).to.equal(knowledgeBefore);
  });

  it('refuses a row that contradicts an earlier import, takes the others, and replaces when told to', async () => {
    await write('other.csv', 'bricklink,663stk01,rebrickable,003402,mine\nbricklink,x1,rebrickable,003381,mine\n');
    expect(await run('other.csv')).to.deep.equal({
      status: 1,
      output:
        '1 numbers added, 0 replaced, 0 there already, 1 rows refused\n' +
        '  line 1, column 4: An earlier import says 003381 (API of 2024); correct the row, or import with --replace.\n',
    });
    expect((await checkedLots('663stk01', 'x1')).map(({ part }) => part)).to.deep.equal(['003381', '003381']);
    expect((await run('other.csv', '--replace')).status).to.equal(0);
    expect((await checkedLots('663stk01')).map(({ part }) => part)).to.deep.equal(['003402']);
  });

  it('leaves nothing of an import that breaks off, and finishes it when it is repeated', async () => {
    const row = { scheme: 'bricklink', partNumber: '003381', partColumn: 4, provenance: 'mine' } as const;
    const rows = Array.from({ length: 7_000 }, (_, index) => ({
      ...row,
      line: index + 1,
      number: `many${index}`,
      key: `many${index}`,
    }));
    const importRows = (store: CrossWalkStore) =>
      importCrossWalk('', { dryRun: false, replace: false }, { read: () => ({ rows, faults: [] }), store });
    const store = postgresCrossWalk(db);
    const knowledgeBefore = await knowledge();
    let batches = 0;
    const brokenStore: CrossWalkStore = {
      transaction: (work) =>
        store.transaction((step) =>
          work({
            ...step,
            add: async (batch) => {
              await step.add(batch);
              batches += 1;
              if (batches === 2) throw new Error('connection lost');
            },
          }),
        ),
    };
    expect(await importRows(brokenStore).catch(String)).to.equal('Error: connection lost');
    expect(await knowledge()).to.equal(knowledgeBefore);
    expect((await checkedLots('many0')).map(({ part }) => part)).to.deep.equal([null]);
    expect(await importRows(store)).to.deep.include({ added: 7_000, unchanged: 0 });
    expect(await importRows(store)).to.deep.include({ added: 0, unchanged: 7_000 });
    expect((await checkedLots('many6999')).map(({ part }) => part)).to.deep.equal(['003381']);
  });

  it('exits with 1 for a file without rows, and with 2 for a wrong command or a missing file', async () => {
    await write('empty.csv', '');
    expect(await run('empty.csv')).to.deep.equal({ status: 1, output: 'The file has no rows.\n' });
    expect([(await run('missing.csv')).status, (await run()).status]).to.deep.equal([2, 2]);
  });
});
