import { expect } from 'chai';
import fc from 'fast-check';
import { piecesOf, parseLot, type Lot } from '../../domain/lot.ts';
import type { Encoding, RepairNote } from '../../domain/findings.ts';
import { UnreadableFile } from '../../application/ports/parts-list-reader.ts';
import { readPartsList } from './read-parts-list.ts';

type Content = string | Uint8Array;
type Read = { format?: string; encoding?: Encoding; lots: Lot[]; pieces: number; mended: RepairNote[] };

const inChunks = (content: Content, size = 65_536) =>
  (async function* () {
    const bytes = Buffer.from(content as string);
    for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
  })();

const read = async (content: Content, chunkSize?: number): Promise<Read> => {
  const result: Read = { lots: [], pieces: 0, mended: [] };
  for await (const { format, encoding, lots, repairs } of readPartsList(inChunks(content, chunkSize))) {
    Object.assign(result, { format, encoding });
    for (const lot of lots) result.lots.push(parseLot(lot, result.lots.length + 1));
    result.mended.push(...repairs);
  }
  result.pieces = result.lots.reduce((pieces, lot) => pieces + piecesOf(lot), 0);
  return result;
};

const refusal = async (content: Content): Promise<string> => {
  try {
    await read(content);
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    const { code, line } = error.failure;
    return line === undefined ? code : `${code} at ${line}`;
  }
  return 'none';
};

const item = (fields: string) => `<ITEM>${fields}</ITEM>`;
const brick = item('<ITEMTYPE>P</ITEMTYPE><ITEMID>3001</ITEMID><COLOR>5</COLOR><MINQTY>4</MINQTY>');
const inventory = (...items: readonly string[]) => `<INVENTORY>\n${items.join('\n')}\n</INVENTORY>`;

describe('reading a BrickLink XML', () => {
  it('keeps line, raw ids and quantity of every lot', async () => {
    const { format, lots } = await read(
      inventory(brick, item(' <ITEMTYPE> P</ITEMTYPE> <ITEMID> 3626bpb0001</ITEMID> <QTY> 2</QTY> ')),
    );
    expect(format).to.equal('bricklink-xml');
    expect(lots.map(({ line, lot, partNumber, colour, quantity }) => [line, lot, partNumber, colour, quantity])).to.eql(
      [
        [2, 1, '3001', '5', 4],
        [3, 2, '3626bpb0001', null, 2],
      ],
    );
  });

  it('takes an empty tag for none', async () => {
    const { lots } = await read(inventory(item('<ITEMID>2564</ITEMID><COLOR/><MINQTY/><REMARKS/>')));
    expect(lots.map(({ colour, quantity, quantityAssumed }) => [colour, quantity, quantityAssumed])).to.eql([
      [null, 1, true],
    ]);
  });

  it('knows extras, counterparts and alternates of an inventory', async () => {
    const flagged = (flag: string) => item(`<ITEMID>3001</ITEMID><QTY>1</QTY><${flag}>Y</${flag}>`);
    const { lots } = await read(inventory(flagged('EXTRA'), flagged('COUNTERPART'), flagged('ALTERNATE'), brick));
    expect(lots.map(({ role }) => role)).to.eql(['extra', 'counterpart', 'alternate', 'needed']);
  });

  it('keeps a lot with quantity −1', async () => {
    const { lots, pieces } = await read(
      inventory(brick, item('<ITEMID>3003</ITEMID><COLOR>5</COLOR><MINQTY>-1</MINQTY>')),
    );
    expect([lots.length, pieces, lots[1]?.problem?.code]).to.eql([2, 4, 'quantity-not-positive']);
  });

  it('mends bare ampersands and HTML in remarks, and says where', async () => {
    const remark = '<ITEMID>3001</ITEMID><QTY>1</QTY><REMARKS>Bits & pieces &nbsp; <b>bold</b> &amp; &#65;</REMARKS>';
    const { lots, mended } = await read(inventory(brick, item(remark)));
    expect(lots).to.have.length(2);
    expect(mended).to.eql([
      { code: 'ampersand-escaped', line: 3 },
      { code: 'ampersand-escaped', line: 3 },
    ]);
  });

  it('reads the same however the bytes arrive', async () => {
    const text = inventory(brick, item('<ITEMID>ä&ouml;&amp;</ITEMID><QTY>7</QTY>'), brick);
    const whole = await read(text);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 40 }), async (size) => {
        expect(await read(text, size)).to.deep.equal(whole);
      }),
    );
  });

  it('reads 8,401 lots on a single line', async () => {
    const { lots, pieces } = await read(`<INVENTORY>${brick.repeat(8401)}</INVENTORY>`);
    expect([lots.length, pieces, lots.at(-1)?.line, lots.at(-1)?.lot]).to.eql([8401, 33_604, 1, 8401]);
  });

  it('refuses external entities', async () => {
    const xml = `<?xml version="1.0"?>\n<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>\n${inventory(item('<ITEMID>&x;</ITEMID>'))}`;
    expect(await refusal(xml)).to.equal('document-type-refused at 2');
  });

  it('refuses a billion laughs before the first', async () => {
    const laughs = Array.from({ length: 9 }, (_, n) => `<!ENTITY l${n + 1} "${`&l${n};`.repeat(10)}">`).join('');
    const xml = `<!DOCTYPE INVENTORY [<!ENTITY l0 "lol">${laughs}]>${inventory(item('<ITEMID>&l9;</ITEMID>'))}`;
    expect(await refusal(xml)).to.equal('document-type-refused at 1');
    const behindComments = `<!--${' '.repeat(9000)}-->\n${xml}`;
    expect(await refusal(behindComments)).to.equal('document-type-refused at 2');
  });

  it('refuses what is not closed, with the line', async () => {
    expect(await refusal(`<INVENTORY>\n${brick}\n<ITEM><ITEMID>3001</ITEMID>\n</INVENTORY>`)).to.equal(
      'xml-malformed at 4',
    );
    expect(await refusal(`<INVENTORY>\n${brick}\n`)).to.equal('xml-malformed at 3');
  });

  it('refuses 100,000 nested elements', async () => {
    expect(await refusal(`<INVENTORY>${'<ITEM><A>'.repeat(1)}${'<A>'.repeat(100_000)}`)).to.equal('xml-malformed at 1');
  });

  it('refuses a text without end', async () => {
    expect(await refusal(`<INVENTORY><ITEM><REMARKS>${'x'.repeat(3_000_000)}`)).to.equal('line-too-long at 1');
  });

  it('refuses a tag whose attribute never ends', async () => {
    expect(await refusal(`<INVENTORY a="${'x'.repeat(3_000_000)}`)).to.equal('line-too-long at 1');
  });
});

describe('reading a Rebrickable CSV', () => {
  it('keeps line, raw ids, quantity and spares', async () => {
    const { format, lots } = await read('Part,Color,Quantity,Is Spare\r\n3001,4,12,False\r\n\r\n6141,11,1,True');
    expect(format).to.equal('rebrickable-csv');
    expect(
      lots.map(({ line, partNumber, colour, quantity, role }) => [line, partNumber, colour, quantity, role]),
    ).to.eql([
      [2, '3001', '4', 12, 'needed'],
      [4, '6141', '11', 1, 'spare'],
    ]);
  });

  for (const [name, text] of [
    ['semicolons', 'Part;Color;Quantity\n3001;4;12'],
    ['tabs', 'Part\tColor\tNum\n3001\t4\t12\n'],
    ['other columns between', 'id,part_num,notes,color_id,quantity\n1,3001,"a, b",4,12\n'],
    ['a footer of empty cells', 'Part,Color,Quantity\n3001,4,12\n,,\n'],
    ['single carriage returns', 'Part,Color,Quantity\r3001,4,12\r'],
  ] as const)
    it(`reads ${name}`, async () => {
      const { lots } = await read(text);
      expect(lots.map(({ partNumber, colour, quantity }) => [partNumber, colour, quantity])).to.eql([
        ['3001', '4', 12],
      ]);
    });

  it('keeps rows it cannot count', async () => {
    const { lots, pieces } = await read('Part,Color,Quantity\n3001,4,-1\n3002,4,few\n3003\n,4,5\n3004,4,2\n');
    expect(lots.map(({ line, problem }) => [line, problem?.code])).to.eql([
      [2, 'quantity-not-positive'],
      [3, 'quantity-unreadable'],
      [4, 'row-incomplete'],
      [5, 'part-number-missing'],
      [6, undefined],
    ]);
    expect(pieces).to.equal(2);
  });

  it('takes a formula for data', async () => {
    const { lots } = await read(`Part,Color,Quantity\n"=cmd|'/c calc'!A1",@4,+2\n`);
    expect(lots.map(({ partNumber, colour, quantity }) => [partNumber, colour, quantity])).to.eql([
      ["=cmd|'/c calc'!A1", '@4', 2],
    ]);
  });

  it('refuses other columns and names them', async () => {
    expect(await refusal('elementId,quantity\n300126,4\n')).to.equal('columns-unknown at 1');
    expect(await refusal('3001,4,2\n3002,4,2\n')).to.equal('columns-unknown at 1');
  });

  it('refuses a row of three million characters', async () => {
    expect(await refusal(`Part,Color,Quantity\n3001,4,"${'x'.repeat(3_000_000)}`)).to.equal('line-too-long at 2');
  });

  it('reads a stray quote, and refuses one that is never closed', async () => {
    expect((await read('Part,Color,Quantity\n3001"b,4,2\n')).lots[0]?.partNumber).to.equal('3001"b');
    expect(await refusal('Part,Color,Quantity\n"3001,4,2\n')).to.match(/^csv-malformed at/);
  });
});

describe('recognising a file by its content', () => {
  for (const [name, content, expected] of [
    ['nothing', '', 'empty-file'],
    ['blank lines', ' \r\n\n', 'empty-file'],
    ['a byte order mark alone', '\uFEFF', 'empty-file'],
    ['a web page', '<!doctype html>\n<html><body>Sign in</body></html>', 'html-instead-of-parts-list at 1'],
    ['a saved web page', '<!-- saved -->\n<html lang=en><br>', 'html-instead-of-parts-list at 2'],
    ['a BrickStore document', '<!DOCTYPE BrickStoreXML>\n<BrickStoreXML/>', 'format-not-supported at 1'],
    ['an order list', '<ORDERS><ORDER/></ORDERS>', 'format-not-supported at 1'],
    ['an LDraw model', '0 FILE hut.ldr\n1 4 0 0 0 1 0 0 0 1 0 0 0 1 3001.dat\n', 'format-not-supported at 1'],
    ['JSON', '[{"elementId":"300126"}]', 'format-not-supported at 1'],
    ['a zip', Buffer.from('504b0304140000000800', 'hex'), 'format-not-supported'],
    ['a PDF', '%PDF-1.7\n%âãÏÓ', 'format-not-supported'],
    ['bytes of no kind', Buffer.from([0x20, 0x00, 0x01, 0x00, 0x00, 0x00, 0x20]), 'encoding-unreadable at 1'],
  ] as const)
    it(`refuses ${name}`, async () => {
      expect(await refusal(content)).to.equal(expected);
    });
});

describe('reading any encoding', () => {
  const csv = 'Part,Color,Quantity,Name\n3001,4,12,Brick “2×4”\n3002,4,1,Stein für Dächer\n';
  const utf16be = (text: string) => Buffer.from(text, 'utf16le').swap16();

  for (const [name, bytes, encoding] of [
    ['UTF-8', Buffer.from(csv), 'utf-8'],
    ['UTF-8 with a mark', Buffer.from(`\uFEFF${csv}`), 'utf-8'],
    ['UTF-16 with a mark', Buffer.from(`\uFEFF${csv}`, 'utf16le'), 'utf-16le'],
    ['big-endian UTF-16 with a mark', utf16be(`\uFEFF${csv}`), 'utf-16be'],
    ['UTF-16 without a mark', Buffer.from(csv, 'utf16le'), 'utf-16le'],
    ['big-endian UTF-16 without a mark', utf16be(csv), 'utf-16be'],
  ] as const)
    it(`reads ${name}`, async () => {
      for (const chunkSize of [7, 65_536]) {
        const result = await read(bytes, chunkSize);
        expect([result.encoding, result.lots.length, result.pieces, result.mended]).to.eql([encoding, 2, 13, []]);
      }
    });

  it('takes what is no UTF-8 for windows-1252 and says from where', async () => {
    const bytes = Buffer.from('Part,Color,Quantity\n3001,4,12\nStein für,4,1\n', 'latin1');
    for (const chunkSize of [5, 65_536]) {
      const { encoding, lots, mended } = await read(bytes, chunkSize);
      expect([encoding, lots[1]?.partNumber]).to.eql(['windows-1252', 'Stein für']);
      expect(mended).to.eql([{ code: 'encoding-assumed', line: 3 }]);
    }
  });

  it('replaces a broken byte within UTF-8 and says where', async () => {
    const bytes = Buffer.concat([
      Buffer.from('Part,Color,Quantity\nfür über,4,1\nx'),
      Buffer.from([0xff]),
      Buffer.from(',4,1'),
    ]);
    const { encoding, lots, mended } = await read(bytes);
    expect([encoding, lots[0]?.partNumber, lots[1]?.partNumber]).to.eql(['utf-8', 'für über', 'x\uFFFD']);
    expect(mended).to.eql([{ code: 'encoding-assumed', line: 3 }]);
  });

  it('goes by the bytes when an XML declares another encoding', async () => {
    const { encoding, lots } = await read(`<?xml version="1.0" encoding="UTF-16"?>${inventory(brick)}`);
    expect([encoding, lots.length]).to.eql(['utf-8', 1]);
  });
});

describe('reading a large file', () => {
  const rows = async function* (bytesMin: number) {
    yield Buffer.from('Part,Color,Quantity\n');
    const block = Buffer.from('3001,4,2\n'.repeat(8000));
    for (let sent = 0; sent < bytesMin; sent += block.length) yield await Promise.resolve(block);
  };

  it('holds no more than a portion of its lots at once', async () => {
    let lots = 0;
    let largest = 0;
    for await (const portion of readPartsList(rows(3_000_000))) {
      lots += portion.lots.length;
      largest = Math.max(largest, portion.lots.length);
    }
    expect(lots).to.equal(336_000);
    expect(largest).to.be.at.most(1000);
  });

  it('lets go of the source when the reader has seen enough', async () => {
    let released = false;
    const source = async function* () {
      try {
        yield* rows(10_000_000);
      } finally {
        released = true;
      }
    };
    for await (const portion of readPartsList(source())) if (portion.lots.length > 0) break;
    expect(released).to.equal(true);
  });
});
