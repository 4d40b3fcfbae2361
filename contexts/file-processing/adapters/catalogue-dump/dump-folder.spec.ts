import { expect } from 'chai';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { DumpRow } from '../../domain/dump-cells.ts';
import { DumpUnreadable } from '../../application/import-catalogue.ts';
import { dumpFolder } from './dump-folder.ts';

const COLOURS = '\uFEFFnum_parts,ID,name,is_trans,rgb\r\n7,4,"Red, bright",f,C91A09\r\n\r\n9,0,Black\r\n';

describe('reading a dump of the catalogue', () => {
  let folder: string;
  const write = (name: string, content: string | Buffer) => writeFile(join(folder, name), content);

  const rows = async (file: string, columns: readonly string[]): Promise<readonly DumpRow[]> => {
    const all: DumpRow[] = [];
    for await (const row of dumpFolder(folder).rows(file, columns) ?? []) all.push(row);
    return all;
  };
  const refusal = (reading: Promise<unknown>): Promise<string> =>
    reading.then(
      () => 'none',
      (error: unknown) => (error instanceof DumpUnreadable ? error.message : String(error)),
    );

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'catalogue-dump-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  for (const [name, content] of [
    ['colors.csv', COLOURS],
    ['colors.csv.gz', gzipSync(COLOURS)],
  ] as const)
    it(`takes columns by name from ${name}`, async () => {
      await write(name, content);
      expect(await rows('colors', ['id', 'name'])).to.deep.equal([
        { num_parts: '7', id: '4', name: 'Red, bright', is_trans: 'f', rgb: 'C91A09' },
        { num_parts: '9', id: '0', name: 'Black', is_trans: '', rgb: '' },
      ]);
    });

  it('names a missing column', async () => {
    await write('parts.csv', 'part_num,title\n3001,Brick\n');
    expect(await refusal(rows('parts', ['part_num', 'name']))).to.equal(
      'parts has no column name; it has part_num, title.',
    );
  });

  it('returns undefined for a missing file', () => {
    expect(dumpFolder(folder).rows('elements', [])).to.equal(undefined);
  });

  it('names the broken file', async () => {
    await write('parts.csv.gz', gzipSync('part_num,name\n3001,Brick\n').subarray(0, 30));
    expect(await refusal(rows('parts', ['part_num']))).to.match(/^parts: unexpected end of file/);
    expect(await refusal(dumpFolder(folder).id())).to.match(/^parts: unexpected end of file/);
  });

  it('gives the same data the same id, however it is packed', async () => {
    await write('colors.csv', COLOURS);
    const plain = await dumpFolder(folder).id();
    await rm(join(folder, 'colors.csv'));
    await write('colors.csv.gz', gzipSync(COLOURS));
    const packedId = await dumpFolder(folder).id();
    await write('colors.csv.gz', gzipSync(`${COLOURS}1,1,Blue,f,0055BF\r\n`));
    expect(packedId).to.equal(plain);
    expect(await dumpFolder(folder).id()).not.to.equal(plain);
  });
});
