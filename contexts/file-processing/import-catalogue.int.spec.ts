import { expect } from 'chai';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { postgresForTests } from '@lego-moc/testing/postgres-for-tests';

const IMPORT = join(import.meta.dirname, 'import-catalogue.ts');

describe('npm run catalogue:import', function () {
  this.timeout(120_000);
  let folder: string;
  let databaseUrl: string;

  const run = async (args: readonly string[], env: NodeJS.ProcessEnv = { DATABASE_URL: databaseUrl }) => {
    const child = spawn(process.execPath, [IMPORT, ...args], {
      cwd: folder,
      env: { PATH: process.env['PATH'], ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
    return { output: output + errors, status: child.exitCode };
  };

  before(async () => {
    const postgres = await postgresForTests();
    databaseUrl = await postgres.databaseUrl('file_processing');
    folder = await mkdtemp(join(tmpdir(), 'import-catalogue-'));
    const write = (name: string, content: string | Buffer) => writeFile(join(folder, name), content);
    await write('part_categories.csv', 'id,name\n11,Bricks\n');
    await write('colors.csv', 'id,name,rgb,is_trans\n4,Red,C91A09,False\n');
    await write('parts.csv.gz', gzipSync('part_num,name,part_cat_id\n3001,Brick 2 x 4,11\n3002,Brick 2 x 3,11\n'));
    await write('elements.csv', 'element_id,part_num,color_id\n300121,3001,4\n1,gone,4\n');
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('imports the rows of the tables that exist and reports those left out', async () => {
    const { output, status } = await run([folder]);
    expect(status).to.equal(0);
    expect(output).to.match(/parts +2\n/);
    expect(output).to.match(/elements +1 +left out: 1 dangling\n/);
    expect(output).to.match(/Release rebrickable-[0-9a-f]{12} is in use now/);
  });

  it('does nothing the second time', async () => {
    expect((await run([folder])).output).to.match(/is the newest already: nothing to do\./);
  });

  it('prints how many parts another dump adds, removes, changes and has under another number', async () => {
    const parts = 'part_num,name,part_cat_id\n3001,Brick 2 x 4 (new),11\n3002b,Brick 2 x 3,11\n3004,Brick 1 x 2,11\n';
    await writeFile(join(folder, 'parts.csv.gz'), gzipSync(parts));
    expect((await run([folder])).output).to.match(/Parts since rebrickable-[0-9a-f]{12}: \+2 −1 1 changed, 1 moved\n/);
  });

  it('names the missing file of a folder without a catalogue', async () => {
    const { output, status } = await run([tmpdir()]);
    expect([status, output.trim().split('\n').at(-1)]).to.deep.equal([
      1,
      'There is no part_categories.csv or part_categories.csv.gz.',
    ]);
  });

  it('reports a missing folder argument and a missing database', async () => {
    expect((await run([])).status).to.equal(2);
    const { output, status } = await run([folder], {});
    expect([status, output]).to.deep.equal([
      2,
      'Where is the database? Start the platform with `npm start`, or set DATABASE_URL.\n',
    ]);
  });

  it('reports a database that does not answer', async () => {
    const { output, status } = await run([folder], { DATABASE_URL: 'postgres://nobody:x@127.0.0.1:1/none' });
    expect([status, output]).to.deep.equal([1, 'The database does not answer. Is the platform running (npm start)?\n']);
  });
});
