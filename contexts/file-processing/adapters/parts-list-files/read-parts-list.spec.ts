import { expect } from 'chai';
import fc from 'fast-check';
import { failureOf, readAll as read, refusalOf as refusal } from '../../testing/read-all.ts';
import { readPartsList } from './read-parts-list.ts';

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
    expect(lots.map(({ colour, quantity, repairs }) => [colour, quantity, repairs])).to.eql([
      [null, 1, ['quantity-assumed']],
    ]);
  });

  it('knows extras, counterparts and alternates of an inventory', async () => {
    const itemWithFlag = (flag: string) => item(`<ITEMID>3001</ITEMID><QTY>1</QTY><${flag}>Y</${flag}>`);
    const { lots } = await read(
      inventory(itemWithFlag('EXTRA'), itemWithFlag('COUNTERPART'), itemWithFlag('ALTERNATE'), brick),
    );
    expect(lots.map(({ role }) => role)).to.eql(['extra', 'counterpart', 'alternate', 'needed']);
  });

  it('stores a lot with QTY −1 with a problem', async () => {
    const { lots, pieces } = await read(inventory(brick, item('<ITEMID>3003</ITEMID><COLOR>5</COLOR><QTY>-1</QTY>')));
    expect([lots.length, pieces, lots[1]?.problem?.code]).to.eql([2, 4, 'quantity-not-positive']);
  });

  for (const unset of ['-1', '-1.0000'])
    it(`reads MINQTY ${unset} like a missing one`, async () => {
      const { lots } = await read(inventory(item(`<ITEMID>3003</ITEMID><MINQTY>${unset}</MINQTY>`)));
      expect([lots[0]?.quantity, lots[0]?.repairs, lots[0]?.problem]).to.eql([1, ['quantity-assumed'], null]);
    });

  for (const fields of [
    '<MINQTY>4</MINQTY><MINQTY>6</MINQTY>',
    '<QTY>4</QTY><QTY>4</QTY>',
    '<MINQTY>4</MINQTY><QTY>6</QTY>',
    '<MINQTY>4</MINQTY><COLOR>5</COLOR><COLOR>11</COLOR>',
    '<MINQTY>4</MINQTY><ITEMID>3002</ITEMID>',
  ])
    it(`stores a lot with ${fields} with a problem`, async () => {
      const { lots, pieces } = await read(inventory(item(`<ITEMID>3001</ITEMID>${fields}`)));
      expect([lots[0]?.problem?.code, pieces]).to.eql(['field-repeated', 0]);
    });

  it('names the repeated field', async () => {
    const { lots } = await read(inventory(item('<ITEMID>3001</ITEMID><MINQTY>4</MINQTY><MINQTY>6</MINQTY>')));
    expect(lots[0]?.problem?.field).to.equal('MINQTY');
  });

  for (const quantity of ['1,234', '1 234', "1'234"])
    it(`reads <QTY>${quantity}</QTY> as 1,234`, async () => {
      const { lots } = await read(inventory(item(`<ITEMID>3001</ITEMID><QTY>${quantity}</QTY>`)));
      expect([lots[0]?.quantity, lots[0]?.repairs]).to.eql([1234, ['thousands-separator-removed']]);
    });

  it('totals needed and extra pieces apart', async () => {
    const extra = item('<ITEMID>3001</ITEMID><QTY>2</QTY><EXTRA>Y</EXTRA>');
    const { pieces, extra: extraTotal } = await read(inventory(brick, extra));
    expect([pieces, extraTotal]).to.eql([4, 2]);
  });

  it('has the totals of the CSV in which the extra lot is a spare', async () => {
    const extra = item('<ITEMID>3002</ITEMID><COLOR>11</COLOR><QTY>2</QTY><EXTRA>Y</EXTRA>');
    const xml = await read(inventory(brick, extra));
    const csv = await read('Part,Color,Quantity,Is Spare\n3001,4,4,False\n3002,0,2,True\n');
    expect([csv.pieces, csv.extra]).to.eql([4, 2]);
    expect([xml.pieces, xml.extra, xml.lots.map(({ role }) => role)]).to.eql([
      ...[csv.pieces, csv.extra],
      csv.lots.map(({ role }) => role),
    ]);
  });

  it('reads bare ampersands and HTML in remarks as text and records each repair', async () => {
    const remark = '<ITEMID>3001</ITEMID><QTY>1</QTY><REMARKS>Bits & pieces &nbsp; <b>bold</b> &amp; &#65;</REMARKS>';
    const { lots, repairs } = await read(inventory(brick, item(remark)));
    expect(lots).to.have.length(2);
    expect(repairs.map(({ code, line }) => `${code}:${line}`)).to.eql([
      'ampersand-escaped:3',
      'ampersand-escaped:3',
      'tag-escaped:3',
      'tag-escaped:3',
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
    expect(await refusal(xml)).to.equal('document-type-refused:2:1');
  });

  it('refuses a billion laughs before the first', async () => {
    const laughs = Array.from({ length: 9 }, (_, n) => `<!ENTITY l${n + 1} "${`&l${n};`.repeat(10)}">`).join('');
    const xml = `<!DOCTYPE INVENTORY [<!ENTITY l0 "lol">${laughs}]>${inventory(item('<ITEMID>&l9;</ITEMID>'))}`;
    expect(await refusal(xml)).to.equal('document-type-refused:1:1');
    const behindComments = `<!--${' '.repeat(9000)}-->\n${xml}`;
    expect(await refusal(behindComments)).to.equal('document-type-refused:2:1');
  });

  it('refuses what is not closed, with the line', async () => {
    expect(await refusal(`<INVENTORY>\n${brick}\n<ITEM><ITEMID>3001</ITEMID>\n</INVENTORY>`)).to.equal(
      'xml-malformed:4:1',
    );
    expect(await refusal(`<INVENTORY>\n${brick}\n`)).to.equal('file-cut-off:3:1');
  });

  it('refuses 100,000 nested elements', async () => {
    expect(await refusal(`<INVENTORY><ITEM>${'<X>'.repeat(100_000)}`)).to.equal('xml-malformed:1:108');
  });

  it('refuses a text without end', async () => {
    expect(await refusal(`<INVENTORY><ITEM><REMARKS>${'x'.repeat(3_000_000)}`)).to.equal('line-too-long:1');
  });

  it('refuses a tag whose attribute never ends', async () => {
    expect(await refusal(`<INVENTORY a="${'x'.repeat(3_000_000)}`)).to.equal('line-too-long:1');
  });
});

describe('repairing a BrickLink XML', () => {
  const remark = (text: string) =>
    inventory(brick, item(`<ITEMID>3003</ITEMID><QTY>2</QTY><REMARKS>${text}</REMARKS>`));

  for (const [name, text, repairs] of [
    ['a <br> in a remark', remark('top<br>row'), ['tag-escaped:3']],
    [
      'a <BR/> and an <a href> in a remark',
      remark('a<BR/>b <a href="https://example.org/">c'),
      ['tag-escaped:3', 'tag-escaped:3'],
    ],
    ['a less-than sign in a remark', remark('need < 5'), ['tag-escaped:3']],
    [
      'an arrow and a heart in a remark',
      remark('<-- here <3 a<b'),
      ['tag-escaped:3', 'tag-escaped:3', 'tag-escaped:3'],
    ],
    ['a control character', remark('bag\x1f3 \x07'), ['control-character-removed:3', 'control-character-removed:3']],
    [
      'a reference to a control character',
      remark('bag&#x1F;3 &#0;'),
      ['control-character-removed:3', 'control-character-removed:3'],
    ],
    ['a blank line before the declaration', `\n<?xml version="1.0"?>${remark('x')}`, ['declaration-misplaced:2']],
    ['a Ctrl-Z at the end', `${remark('x')}\r\n\x1a`, ['end-of-file-mark-removed:5']],
    ['NULs at the end', `${remark('x')}\0\0\0`, ['end-of-file-mark-removed:4']],
    [
      'two lists pasted together',
      `${inventory(brick)}\n${inventory(item('<ITEMID>3003</ITEMID><QTY>2</QTY>'))}`,
      ['list-appended:4'],
    ],
    [
      'two lists with declarations',
      `<?xml version="1.0"?>${inventory(brick)}<?xml version="1.0"?>${inventory(item('<ITEMID>3003</ITEMID><QTY>2</QTY>'))}`,
      ['list-appended:3', 'declaration-misplaced:3'],
    ],
    [
      "a browser's view of the list",
      `This XML file does not appear to have any style information associated with it.\n${remark('x')}`,
      ['stray-text-skipped:1'],
    ],
  ] as const)
    it(`reads ${name} and records it`, async () => {
      for (const chunkSize of [1, 5, 65_536]) {
        const result = await read(text, chunkSize);
        expect([result.lots.length, result.pieces]).to.eql([2, 6]);
        expect(result.repairs.map(({ code, line }) => `${code}:${line}`).toSorted()).to.eql([...repairs].toSorted());
      }
    });

  it('keeps comments and CDATA sections out of the tags', async () => {
    const { lots, repairs } = await read(
      inventory('<!-- <ITEM> & -->', item('<ITEMID><![CDATA[30<01>]]></ITEMID><!-- a -- b --><QTY>2</QTY>')),
    );
    expect([lots.map(({ partNumber, quantity }) => [partNumber, quantity]), repairs]).to.eql([[['30<01>', 2]], []]);
  });

  for (const [name, text, code, line, column] of [
    ['within a lot', `<INVENTORY>\n${brick}\n<ITEM><ITEMID>3001</ITEMID>`, 'file-cut-off', 3, 28],
    ['within a field', `<INVENTORY>\n<ITEM><ITEMID>30`, 'file-cut-off', 2, 17],
    ['within a tag', `<INVENTORY>\n<ITEM><ITEMID>3001</ITE`, 'file-cut-off', 2, 19],
    ['within a comment', `<INVENTORY>\n<!-- abc`, 'file-cut-off', 2, 9],
    ['behind a lot', `<INVENTORY>\n${brick}`, 'file-cut-off', 2, brick.length + 1],
  ] as const)
    it(`reports a file that is cut off ${name}`, async () => {
      const failure = await failureOf(text);
      expect([failure?.code, failure?.line, failure?.column]).to.eql([code, line, column]);
      expect(failure?.detail).to.match(/cut off.*once more/);
    });

  it('names the tag that is not closed, its line, and the tag to add', async () => {
    const failure = await failureOf('<INVENTORY>\n<ITEM><ITEMID>3001</ITEM>\n</INVENTORY>');
    expect(failure).to.eql({
      code: 'xml-malformed',
      detail: '<ITEMID> in line 2 is not closed before </ITEM>. Add </ITEMID>, or export the list once more.',
      line: 2,
      column: 19,
      field: 'ITEMID',
    });
  });

  it('refuses a NUL with text behind it, with line and column', async () => {
    expect(await refusal(remark('a\0b'))).to.equal('encoding-unreadable:3:50');
  });

  it('needs at most linear time for brackets and ampersands without end', async () => {
    for (const text of ['<', '&', '<a ', '&#', '<!', '<!-', '</', '<A b="'])
      expect(await refusal(`<INVENTORY><ITEM><REMARKS>${text.repeat(200_000)}`)).to.match(
        /^(?:line-too-long|file-cut-off|xml-malformed)/,
      );
  }).timeout(20_000);
});

describe('reading a Rebrickable CSV', () => {
  it('keeps line, raw ids, quantity and spares', async () => {
    const { format, lots } = await read('Part,Color,Quantity,Is Spare\r\n3001,4,12,False\r\n\r\n6141,11,1,True');
    expect(format).to.equal('rebrickable-csv');
    expect(
      lots.map(({ line, partNumber, colour, quantity, role }) => [line, partNumber, colour, quantity, role]),
    ).to.eql([
      [2, '3001', '4', 12, 'needed'],
      [4, '6141', '11', 1, 'extra'],
    ]);
  });

  for (const [name, text] of [
    ['semicolons', 'Part;Color;Quantity\n3001;4;12'],
    ['tabs', 'Part\tColor\tNum\n3001\t4\t12\n'],
    ['other columns between', 'id,part_num,notes,color_id,quantity\n1,3001,"a, b",4,12\n'],
    ['a footer of empty cells', 'Part,Color,Quantity\n3001,4,12\n,,\n'],
    ['a trailing delimiter', 'Part,Color,Quantity\n3001,4,12,\n'],
    ['a row number beside the quantity', 'Num,Part,Color,Quantity\n1,3001,4,12\n'],
    ['a colour name beside the colour id', 'Part,Color,Color ID,Quantity\n3001,Red,4,12\n'],
    ['sep=; in the first line', 'sep=;\nPart;Color;Quantity\n3001;4;12\n'],
    ['a quoted separator line', '"sep=,"\r\nPart,Color,Quantity\r\n3001,4,12\r\n'],
    ['single carriage returns', 'Part,Color,Quantity\r3001,4,12\r'],
    ['a Ctrl-Z at the end', 'Part,Color,Quantity\r\n3001,4,12\r\n\x1a'],
    ['NULs at the end', 'Part,Color,Quantity\n3001,4,12\n\0\0'],
    ['blank lines before the header', '\n\r\nPart,Color,Quantity\n3001,4,12\n'],
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

  it('does not count a total below the list as a lot', async () => {
    const { lots, pieces, repairs } = await read('Part,Color,Quantity\n3001,4,2\n3002,4,3\nTotal,,5\n');
    expect([lots.length, pieces, repairs]).to.eql([2, 5, [{ code: 'total-skipped', line: 4 }]]);
  });

  it('records a total that differs from the sum of the lots', async () => {
    const { pieces, repairs } = await read('Part,Color,Quantity\n3001,4,2\nTotal,,7\n');
    expect([pieces, repairs]).to.eql([2, [{ code: 'total-differs', line: 3 }]]);
  });

  for (const list of ['Part,Name,Color,Quantity\n3001,Brick, 2 x 4,4,12\n', 'Part,Color,Quantity\n3001,4,2,5\n'])
    it(`stores the row ${list.split('\n')[1]} with a problem, as it has more cells than columns`, async () => {
      const { lots, pieces } = await read(list);
      expect([lots[0]?.problem?.code, pieces]).to.eql(['row-too-long', 0]);
    });

  it('prefers the column Quantity to a row number', async () => {
    const { pieces } = await read('Num,Part,Color,Quantity\n1,3001,4,10\n2,3002,4,20\n');
    expect(pieces).to.equal(30);
  });

  it('reads "1,234" in quotes as 1,234', async () => {
    const { pieces } = await read('Part,Color,Quantity\n3001,4,"1,234"\n3001,4,1 234\n3001,4,1\'234\n');
    expect(pieces).to.equal(3 * 1234);
  });

  it('stores a part number that a spreadsheet rounded with a problem, and restores 3001.0', async () => {
    const { lots, pieces } = await read('Part,Color,Quantity\n9.70E+03,4,12\n3001.0,4,2\n');
    expect(lots.map(({ partNumber, lookupNumber, problem }) => [partNumber, lookupNumber, problem?.code])).to.eql([
      ['9.70E+03', '9.70E+03', 'number-changed-by-spreadsheet'],
      ['3001.0', '3001', undefined],
    ]);
    expect([pieces, lots[1]?.repairs]).to.eql([2, ['part-number-restored']]);
  });

  it('names a repeated column', async () => {
    expect(await refusal('Part,Color,Quantity,Quantity\n3001,4,2,5\n')).to.equal('columns-unknown:1');
  });

  it('reads a formula as data', async () => {
    const { lots } = await read(`Part,Color,Quantity\n"=cmd|'/c calc'!A1",@4,+2\n`);
    expect(lots.map(({ partNumber, colour, quantity }) => [partNumber, colour, quantity])).to.eql([
      ["=cmd|'/c calc'!A1", '@4', 2],
    ]);
  });

  it('refuses other columns and names them', async () => {
    expect(await refusal('SetNumber,Quantity\n6080-1,4\n')).to.equal('columns-unknown:1');
    expect(await refusal('3001,4,2\n3002,4,2\n')).to.equal('columns-unknown:1');
  });

  it('refuses a row of three million characters', async () => {
    expect(await refusal(`Part,Color,Quantity\n3001,4,"${'x'.repeat(3_000_000)}`)).to.equal('line-too-long:2');
  });

  it('reads a stray quote, and refuses one that is never closed', async () => {
    expect((await read('Part,Color,Quantity\n3001"b,4,2\n')).lots[0]?.partNumber).to.equal('3001"b');
    expect(await refusal('Part,Color,Quantity\n"3001,4,2\n')).to.match(/^csv-malformed:/);
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
        expect([result.encoding, result.lots.length, result.pieces, result.repairs]).to.eql([encoding, 2, 13, []]);
      }
    });

  it('reads invalid UTF-8 as windows-1252 and records the first such line', async () => {
    const bytes = Buffer.from('Part,Color,Quantity\n3001,4,12\nStein für,4,1\n', 'latin1');
    for (const chunkSize of [5, 65_536]) {
      const { encoding, lots, repairs } = await read(bytes, chunkSize);
      expect([encoding, lots[1]?.partNumber]).to.eql(['windows-1252', 'Stein für']);
      expect(repairs).to.eql([{ code: 'encoding-assumed', line: 3 }]);
    }
  });

  it('replaces a broken byte within UTF-8 and records its line', async () => {
    const bytes = Buffer.concat([
      Buffer.from('Part,Color,Quantity\nfür über,4,1\nx'),
      Buffer.from([0xff]),
      Buffer.from(',4,1'),
    ]);
    const { encoding, lots, repairs } = await read(bytes);
    expect([encoding, lots[0]?.partNumber, lots[1]?.partNumber]).to.eql(['utf-8', 'für über', 'x\uFFFD']);
    expect(repairs).to.eql([{ code: 'encoding-assumed', line: 3 }]);
  });

  it('goes by the bytes when an XML declares another encoding', async () => {
    const { encoding, lots } = await read(`<?xml version="1.0" encoding="UTF-16"?>${inventory(brick)}`);
    expect([encoding, lots.length]).to.eql(['utf-8', 1]);
  });

  it('reads UTF-16 without a mark whose remarks are not Latin', async () => {
    const xml = inventory(item('<ITEMID>3001</ITEMID><QTY>2</QTY><REMARKS>кирпич 红色</REMARKS>'));
    for (const bytes of [Buffer.from(xml, 'utf16le'), utf16be(xml)]) expect((await read(bytes)).pieces).to.equal(2);
  });
});

describe('reading a large file', () => {
  const rows = async function* (bytesMin: number) {
    yield Buffer.from('Part,Color,Quantity\n');
    const block = Buffer.from('3001,4,2\n'.repeat(8000));
    for (let byteCount = 0; byteCount < bytesMin; byteCount += block.length) yield await Promise.resolve(block);
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

  it('releases the source when the reader stops early', async () => {
    let isReleased = false;
    const source = async function* () {
      try {
        yield* rows(10_000_000);
      } finally {
        isReleased = true;
      }
    };
    for await (const portion of readPartsList(source())) if (portion.lots.length > 0) break;
    expect(isReleased).to.equal(true);
  });
});
