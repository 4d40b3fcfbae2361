import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import { postgresForTests } from '@lego-moc/testing/postgres-for-tests';

/** A folder with two dumps of the catalogue, five weeks apart, which are no part of this project. */
const FOLDER = join(process.env['CORPUS_DIR'] ?? '', 'catalogue');
const [EARLIER, LATER] = [join(FOLDER, 'rebrickable-2026-02-26'), join(FOLDER, 'rebrickable-2026-04-02')];

describe('importing two real dumps one after the other, in the folder that CORPUS_DIR names', function () {
  this.timeout(600_000);
  let databaseUrl: string;

  const importDump = async (folder: string): Promise<string> => {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'import-catalogue.ts'), folder], {
      env: { PATH: process.env['PATH'], DATABASE_URL: databaseUrl },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
    expect(child.exitCode, errors).to.equal(0);
    return output;
  };

  before(async function () {
    if (process.env['CORPUS_DIR'] === undefined || !existsSync(EARLIER) || !existsSync(LATER)) this.skip();
    databaseUrl = await (await postgresForTests()).databaseUrl('file_processing');
  });

  it('states the difference +1,133 −321 44 changed, and leaves out what is older than the parts', async () => {
    await importDump(EARLIER);
    const output = await importDump(LATER);
    expect(output).to.match(/\nParts since rebrickable-[0-9a-f]{12}: \+1,133 −321 44 changed, \d+ moved\n/);
    expect(output).to.match(/\n *parts +61,770\n/);
    expect(output).to.match(/\n *elements +108,830 +left out: 90 dangling\n/);
    expect(output).to.match(/\n *relationships +35,558 +left out: 19 dangling\n/);
  });
});
