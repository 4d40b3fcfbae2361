import { expect } from 'chai';
import type { Instant } from '@lego-moc/kernel/message';
import { buffer, text } from 'node:stream/consumers';
import { isRejection, reject } from '@lego-moc/kernel/decider';
import { LIST_WRITERS } from '../adapters/export-files/list-writers.ts';
import { isOwnFile } from '../adapters/export-files/own-file.ts';
import { packFiles } from '../adapters/export-files/pack-files.ts';
import type { StoredLot } from '../domain/export-lot.ts';
import type { ExportTargetName } from '../domain/export-target.ts';
import { emptyFindings, type Findings } from '../domain/findings.ts';
import { storedLot } from '../testing/stored-lots.ts';
import { unzip } from '../testing/unzip.ts';
import { planExport, type ReadList } from './plan-export.ts';
import { writeExport, type ExportContent } from './write-export.ts';

const findings: Findings = {
  ...{ ...emptyFindings, format: 'rebrickable-csv', encoding: 'utf-8', catalogueRelease: 'test-1' },
  colourScheme: { scheme: 'rebrickable', reason: 'format' },
};

const lotsOf = (count: number, change: Partial<StoredLot> = {}): readonly StoredLot[] =>
  Array.from({ length: count }, (_, index) => storedLot({ lot: index + 1, line: index + 2, ...change }));

type ExportInput = {
  readonly lots: readonly StoredLot[];
  readonly uploadedText?: string;
  readonly findings?: Partial<Findings>;
};

const createExporter = ({ lots, uploadedText, findings: change }: ExportInput) => {
  const list: ReadList = {
    ...{ jobId: 'job', attemptId: 'attempt', owner: undefined, fileId: 'file', fileName: 'my mill.v2.csv' },
    findings: { ...findings, lots: lots.length, ...change },
  };
  const pages = async function* () {
    for (let at = 0; at < lots.length; at += 100) yield await Promise.resolve(lots.slice(at, at + 100));
  };
  const files = {
    open: () =>
      Promise.resolve(
        uploadedText === undefined
          ? reject('file-not-found', 'It is gone.')
          : (async function* () {
              yield await Promise.resolve(Buffer.from(uploadedText));
            })(),
      ),
    describe: () => Promise.resolve({ owner: 'ada', size: 0 }),
  };
  const plan = planExport({ lots: pages, files, isOwnFile });
  const write = writeExport({ plan, lots: pages, writers: LIST_WRITERS, pack: packFiles });
  return {
    plan: (target: ExportTargetName) => plan(list, target),
    write: async (target: ExportTargetName): Promise<ExportContent> => {
      const result = await write(list, target);
      if (isRejection(result)) throw new Error(result.rejected);
      return result;
    },
    refusal: async (target: ExportTargetName) => {
      const result = await write(list, target);
      return isRejection(result) ? result.rejected : 'none';
    },
  };
};

describe('exporting a list', () => {
  it('writes one file under the name of the uploaded one, with the target’s ending', async () => {
    const file = await createExporter({ lots: lotsOf(2) }).write('bricklink-xml');
    expect([file.fileName, file.mediaType]).to.deep.equal(['my mill.v2.xml', 'application/xml; charset=utf-8']);
    const item = '<ITEM><ITEMTYPE>P</ITEMTYPE><ITEMID>3001</ITEMID><COLOR>5</COLOR><MINQTY>4</MINQTY></ITEM>\n';
    expect(await text(file.content)).to.equal(`<INVENTORY>\n${item}${item}</INVENTORY>\n`);
  });

  it('writes 950 lots for LEGO’s shop as three files in a zip, with no lot lost', async () => {
    const file = await createExporter({ lots: lotsOf(950) }).write('pick-a-brick-csv');
    expect([file.fileName, file.mediaType]).to.deep.equal(['my mill.v2.zip', 'application/zip']);
    const entries = await unzip(await buffer(file.content));
    expect(entries.map(({ name, content }) => [name, content.trimEnd().split('\r\n').length - 1])).to.deep.equal([
      ['my mill.v2-1.csv', 400],
      ['my mill.v2-2.csv', 400],
      ['my mill.v2-3.csv', 150],
    ]);
    for (const { content } of entries) expect(content).to.match(/^elementId,quantity\r\n4114306,4\r\n/);
  });

  it('gives equal bytes for equal exports', async () => {
    const list = createExporter({ lots: lotsOf(401) });
    const [first, second] = [await list.write('pick-a-brick-json'), await list.write('pick-a-brick-json')];
    expect((await buffer(first.content)).equals(await buffer(second.content))).to.equal(true);
  });

  it('ends with an error when the lots cannot be read in the middle of a zip', async () => {
    const content = async function* (): AsyncGenerator<string> {
      yield await Promise.resolve('half');
      throw new Error('The database is gone');
    };
    const failure = await buffer(packFiles([{ name: 'a.csv', content }])).catch((error: unknown) => error);
    expect(String(failure)).to.include('The database is gone');
  });

  it('refuses what would have no lot at all, and one piece more than 200,000 lines', async () => {
    expect(await createExporter({ lots: lotsOf(2, { elementIds: [] }) }).refusal('pick-a-brick-csv')).to.equal(
      'nothing-to-export',
    );
    expect(await createExporter({ lots: lotsOf(1, { quantity: 200_001 }) }).refusal('ldraw')).to.equal(
      'export-too-large',
    );
    expect(await createExporter({ lots: lotsOf(1, { quantity: 999_999_999 }) }).refusal('ldraw')).to.equal(
      'export-too-large',
    );
    expect(await createExporter({ lots: lotsOf(1, { quantity: 200_000 }) }).refusal('ldraw')).to.equal('none');
  });

  it('counts in its plan what is left out and what changes, with the lots', async () => {
    const lots = [...lotsOf(2), ...lotsOf(1, { elementIds: [] }), ...lotsOf(1, { problem: 'row-too-long' })];
    const result = await createExporter({ lots }).plan('pick-a-brick-csv');
    if (isRejection(result)) throw new Error(result.rejected);
    const { losses, ...counts } = result.plan;
    expect(counts).to.deep.equal({ lots: 2, pieces: 8, lotsLeftOut: 2, piecesLeftOut: 4, lines: 2 });
    expect(losses.map(({ code, leftOut, count }) => [code, leftOut, count])).to.deep.equal([
      ['element-chosen', false, 2],
      ['element-missing', true, 1],
      ['lot-has-problem', true, 1],
    ]);
  });
});

describe('exporting a list that an older version read, which did not record whose ids it has', () => {
  const lots = lotsOf(1, { partNumber: '3001', colour: '5', colourId: 4 });
  const contentOf = async (format: Findings['format'], target: ExportTargetName): Promise<string> =>
    text((await createExporter({ lots, findings: { format, colourScheme: undefined } }).write(target)).content);

  it('takes the ids that its format implies', async () => {
    expect(await contentOf('bricklink-xml', 'bricklink-xml')).to.include('<COLOR>5</COLOR>');
    expect(await contentOf('bricklink-xml', 'rebrickable-csv')).to.include('3001,4,4,False');
    expect(await contentOf('studio-io', 'bricklink-xml')).to.include('<COLOR>5</COLOR>');
  });

  it('translates a table of anybody by what the catalogue has', async () => {
    expect(await contentOf('custom-csv', 'rebrickable-csv')).to.include('3001,4,4,False');
  });
});

describe('exporting a list to the program it came from', () => {
  const uploadedText = 'Part,Color,Quantity\n3001,4,4\n\n3001,4,4';
  const bytesOf = async (change: Omit<ExportInput, 'lots'>, lots = lotsOf(2)): Promise<string> =>
    text((await createExporter({ lots, uploadedText, ...change }).write('rebrickable-csv')).content);
  const rewrittenText = 'Part,Color,Quantity,Is Spare\r\n3001,4,4,False\r\n3001,4,4,False\r\n';

  it('gives the uploaded file back byte for byte', async () => {
    expect(await bytesOf({})).to.equal(uploadedText);
  });

  it('writes it anew when its sets were opened', async () => {
    const opening = {
      ...{ catalogueRelease: 'r2', sets: 1, minifigs: 0, lots: 1, pieces: 4, piecesExtra: 0 },
      ...{ unopened: { count: 0, first: [] }, openedAt: '2026-01-01T12:00:00Z' as Instant },
    };
    expect(await bytesOf({ findings: { opening } })).to.equal(rewrittenText);
  });

  it('writes it anew when another program has given the columns their names', async () => {
    expect(await bytesOf({ uploadedText: 'part;colour id;qty\n3001;4;4\n3001;4;4\n' })).to.equal(rewrittenText);
  });

  it('writes it anew when it had to be repaired to be read', async () => {
    const repairs = [{ code: 'thousands-separator-removed', count: 1, line: 2 }] as const;
    expect(await bytesOf({ findings: { repairs } })).to.equal(rewrittenText);
  });

  it('writes it anew when its colours are another system’s', async () => {
    expect(await bytesOf({ findings: { colourScheme: { scheme: 'bricklink', reason: 'user' } } })).to.equal(
      rewrittenText,
    );
  });

  it('writes it anew when a cell would run as a formula in a spreadsheet', async () => {
    expect(await bytesOf({ uploadedText: `${uploadedText},=1+1` })).to.equal(rewrittenText);
  });

  it('writes it anew when the file is gone', async () => {
    expect(await bytesOf({ uploadedText: undefined as never })).to.equal(rewrittenText);
  });

  it('writes it anew without a lot that has a problem', async () => {
    const lots = [...lotsOf(1), ...lotsOf(1, { problem: 'row-too-long' })];
    expect(await bytesOf({}, lots)).to.equal('Part,Color,Quantity,Is Spare\r\n3001,4,4,False\r\n');
  });

  it('writes a wanted list for an upload to a store', async () => {
    const store =
      '<INVENTORY><ITEM><ITEMTYPE>P</ITEMTYPE><ITEMID>3001</ITEMID><COLOR>5</COLOR><QTY>4</QTY></ITEM></INVENTORY>';
    const list = createExporter({
      lots: lotsOf(1, { colour: '5' }),
      uploadedText: store,
      findings: { format: 'bricklink-xml', colourScheme: { scheme: 'bricklink', reason: 'format' } },
    });
    const content = await text((await list.write('bricklink-xml')).content);
    expect(content).to.include('<MINQTY>4</MINQTY>').and.not.to.include('<QTY>');
  });
});
