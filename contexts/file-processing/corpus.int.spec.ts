import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

const CORPUS = join(import.meta.dirname, 'corpus.ts');

/** A twentieth of the size of the content as strings and objects. */
const HEAP_MB = 48;

const LOTS_PER_BLOCK = 400;
const ITEM = '<ITEM><ITEMTYPE>P</ITEMTYPE><ITEMID>3001</ITEMID><COLOR>5</COLOR><MINQTY>2</MINQTY></ITEM>\n';
const BLOCKS = Math.ceil(50_000_000 / (ITEM.length * LOTS_PER_BLOCK));

describe('checking a folder of parts lists', function () {
  this.timeout(60_000);
  let folder: string;

  const corpus = (...args: readonly string[]): readonly (readonly string[])[] => {
    const { stdout, stderr, status } = spawnSync(
      process.execPath,
      [`--max-old-space-size=${HEAP_MB}`, '--max-semi-space-size=2', CORPUS, folder, ...args],
      {
        encoding: 'utf8',
      },
    );
    expect(status, stderr).to.equal(0);
    return stdout
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split('\t'));
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'corpus-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('reads 50 MB in a heap that could not hold them', async () => {
    const blocks = function* () {
      yield '<INVENTORY>\n';
      for (let block = 0; block < BLOCKS; block += 1) yield ITEM.repeat(LOTS_PER_BLOCK);
      yield '</INVENTORY>\n';
    };
    await pipeline(Readable.from(blocks()), createWriteStream(join(folder, 'huge.xml')));
    const [line] = corpus();
    const lots = BLOCKS * LOTS_PER_BLOCK;
    expect(line?.slice(0, 6)).to.deep.equal([
      'huge.xml',
      'bricklink-xml utf-8',
      String(lots),
      String(lots * 2),
      '0',
      '0p/0c',
    ]);
  });

  it('counts lots of unknown parts by format, before and after a cross-walk', async () => {
    const item = (number: string) =>
      `<ITEM><ITEMTYPE>P</ITEMTYPE><ITEMID>${number}</ITEMID><COLOR>5</COLOR><MINQTY>2</MINQTY></ITEM>`;
    await writeFile(join(folder, 'a.xml'), `<INVENTORY>${['3001', 'pb1', 'pb2', 'x9'].map(item).join('')}</INVENTORY>`);
    await writeFile(join(folder, 'b.csv'), 'Part,Color,Quantity\n3001,4,2\npb1,4,1\n');
    const tables = await mkdtemp(join(tmpdir(), 'cross-walk-'));
    const table = join(tables, 'table.csv');
    await writeFile(table, 'bricklink,pb1,rebrickable,3001,mine\nbricklink,PB2,rebrickable,3002,mine\n');
    const lines = corpus('--cross-walk', table);
    await rm(tables, { recursive: true });
    expect(lines.map((cells) => [cells[0], cells[5]]).slice(0, 2)).to.deep.equal([
      ['a.xml', '1p/0c'],
      ['b.csv', '1p/0c'],
    ]);
    expect(lines.slice(-3)).to.deep.equal([
      ['format', 'lots', 'unknown before the cross-walk', 'and after'],
      ['bricklink-xml', '4', '3', '1'],
      ['rebrickable-csv', '2', '1', '1'],
    ]);
  });

  it('reports for each file its content or why it is refused', async () => {
    await writeFile(join(folder, 'a.csv'), 'Part,Color,Quantity\n3001,4,2\nx9,4,-1\n');
    await writeFile(join(folder, 'b.xml'), '<html></html>');
    expect(corpus().map((cells) => cells.slice(0, 7))).to.deep.equal([
      ['a.csv', 'rebrickable-csv utf-8', '2', '2', '0', '1p/0c', '1'],
      [
        'b.xml',
        'refused: html-instead-of-parts-list in line 1, column 1',
        'This is a web page, perhaps a sign-in page that was saved instead of the list. Download the list once more.',
      ],
    ]);
  });
});
