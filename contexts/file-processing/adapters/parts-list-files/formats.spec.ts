import { expect } from 'chai';
import { failureOf, readAll, refusalOf, type WholeList } from '../../testing/read-all.ts';
import { zipOf } from '@lego-moc/testing/zip';

const summaryOf = ({ format, lots, pieces, repairs }: WholeList) => ({
  format,
  pieces,
  lots: lots.map(({ partNumber, colour, quantity }) => `${partNumber}/${colour ?? 'any'}/${String(quantity)}`),
  repairs: repairs.map(({ code, line }) => `${code}:${line}`),
});

const at = '0 0 0 1 0 0 0 1 0 0 0 1';

const HUT = [
  '0 FILE hut.ldr',
  '0 A hut with two walls',
  `1 4 ${at} wall.ldr`,
  `1 1 ${at} Wall.LDR`,
  `1 14 ${at} 3001.DAT`,
  '0 FILE wall.ldr',
  `1 16 ${at} 3005.dat`,
  `1 16 ${at} 3005.dat`,
  `1 0 ${at} parts\\3005.dat`,
  `1 7 ${at} my part.dat`,
  '0 FILE my part.dat',
  '0 !LDRAW_ORG Unofficial_Part',
  `1 16 ${at} stud.dat`,
  '0 NOFILE',
  `1 4 ${at} 9999.dat`,
].join('\r\n');

const LXFML = `<?xml version="1.0" encoding="UTF-8" standalone="no" ?>
<LXFML versionMajor="5" versionMinor="0">
<Bricks>
<Brick refID="0" designID="3001"><Part refID="0" designID="3001" materials="21,0"><Bone/></Part></Brick>
<Brick refID="1" designID="3001"><Part refID="1" designID="3001" materials="21:0:0"/></Brick>
<Brick refID="2" designID="76382"><Part designID="3814" materials="23"/><Part designID="3818" materials="23"/></Brick>
</Bricks>
</LXFML>`;

describe('reading Studio CSVs', () => {
  const studio = (footer: string) =>
    `BLItemNo,ElementId,LdrawId,PartName,BLColorId,LDrawColorId,ColorName,ColorCategory,Qty,Weight
3001,300121,3001.dat,"Brick, 2 x 4",5,4,Red,Solid Colors,2,2.32
3005,300526,3005,Brick 1 x 1,11,0,Black,Solid Colors,5,0.45
,,,,,,,,,
Total qty,Total Weight,,,,,,,,
${footer}
`;

  it('reads part, colour and quantity, and checks the total', async () => {
    expect(summaryOf(await readAll(studio('7,6.89,,,,,,,,')))).to.eql({
      ...{ format: 'studio-csv', pieces: 7, lots: ['3001/5/2', '3005/11/5'] },
      repairs: ['total-skipped:6'],
    });
  });

  it('records a total that differs', async () => {
    expect(summaryOf(await readAll(studio('8,6.89,,,,,,,,'))).repairs).to.eql(['total-differs:6']);
  });
});

describe('reading lists of element ids', () => {
  for (const [name, content, format] of [
    ['a Pick a Brick CSV', 'elementId,quantity\n300121,4\n6371584,2\n', 'pick-a-brick-csv'],
    ['a list of SKUs', 'SKU;Quantity;Min Price\n300121;4;0.2\n6371584;2;0.1\n', 'pick-a-brick-csv'],
    [
      'a Brickset inventory',
      'SetNumber,ElementID,Qty,Colour,Category,DesignID,ElementName\n"1-1","300121","4","Red","Bricks","3001","BRICK"\n"1-1","6371584","2","Black","","2412",""\n',
      'brickset-csv',
    ],
    [
      'a Pick a Brick JSON',
      '[\n{"elementId":"300121","quantity":4},\n{"elementId":6371584,"quantity":"2"}]',
      'pick-a-brick-json',
    ],
  ] as const)
    it(`reads ${name}`, async () => {
      const list = await readAll(content);
      expect(summaryOf(list)).to.eql({ format, pieces: 6, lots: ['300121/any/4', '6371584/any/2'], repairs: [] });
      expect(list.lots.map(({ line, isElement }) => [line, isElement])).to.eql([
        [2, true],
        [3, true],
      ]);
    });

  for (const [name, content] of [
    ['an object', '{"elementId":"300121"}'],
    ['an array of numbers', '[1,2]'],
    ['an empty array', '[]'],
    ['a broken array', '[{"elementId":"300121","quantity":4},'],
  ] as const)
    it(`refuses ${name} of JSON`, async () => {
      expect((await failureOf(content))?.code).to.equal('format-not-supported');
    });
});

describe('reading BrickStore documents', () => {
  const lot = (part: string, more = '') =>
    `<Item><ItemID>${part}</ItemID><ItemTypeID>P</ItemTypeID><ColorID>11</ColorID><ItemName>Plate &amp; more</ItemName><Qty>3</Qty>${more}</Item>`;

  for (const root of ['BrickStoreXML', 'BrickStockXML'])
    it(`reads ${root} with its document type, extra and excluded lots`, async () => {
      const items = [lot('3001'), lot('3002', '<Status>X</Status>'), lot('3003', '<Status>E</Status>')].join('\n');
      const list = await readAll(
        `<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE ${root}>\n<${root}><Inventory Currency="EUR">\n${items}\n</Inventory><GuiState Application="BrickStore"><ItemView/></GuiState></${root}>`,
      );
      expect(summaryOf(list)).to.eql({
        ...{ format: 'brickstore-xml', pieces: 3, repairs: [] },
        lots: ['3001/11/3', '3002/11/3', '3003/11/3'],
      });
      expect([list.extra, list.lots[1]?.problem?.code]).to.eql([3, 'excluded']);
    });

  it('refuses a document type with entities', async () => {
    const xml = '<!DOCTYPE BrickStoreXML [<!ENTITY a "b">]>\n<BrickStoreXML><Inventory/></BrickStoreXML>';
    expect(await refusalOf(xml)).to.equal('document-type-refused:1:1');
  });
});

describe('reading names that objects have in JavaScript', () => {
  const NAMES = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'];

  it('takes them for part numbers and colours, and changes no object', async () => {
    const csv = await readAll(
      `Part,Color,Quantity,__proto__\n${NAMES.map((name) => `${name},${name},2,1\n`).join('')}`,
    );
    expect(csv.lots.map(({ partNumber, colour }) => [partNumber, colour])).to.deep.equal(
      NAMES.map((name) => [name, name]),
    );
    const items = NAMES.map((name) => `<ITEM><ITEMID>${name}</ITEMID><QTY>1</QTY><${name}>x</${name}></ITEM>`).join('');
    const xml = await readAll(`<INVENTORY>${items}</INVENTORY>`);
    expect(xml.lots.map(({ partNumber }) => partNumber)).to.deep.equal(NAMES);
    const json = await readAll(
      '[{"elementId":"300121","quantity":2,"__proto__":{"admin":true},"constructor":{"prototype":{"admin":true}}}]',
    );
    expect(json.pieces).to.equal(2);
    expect(({} as { admin?: boolean }).admin).to.equal(undefined);
  });

  it('reads quantities beyond any whole number as a problem, and adds none of them', async () => {
    const texts = ['9007199254740993', '1e309', '-0', 'Infinity', 'NaN', '0x10', '99999999999999999999'];
    const { lots, pieces } = await readAll(
      `Part,Color,Quantity\n${texts.map((text) => `3001,4,${text}\n`).join('')}3001,4,2\n`,
    );
    expect([pieces, lots.filter(({ problem }) => problem !== null).length]).to.deep.equal([2, texts.length]);
  });
});

describe('reading LDraw models', () => {
  it('counts the parts of submodels with their inherited colours, and stops at embedded parts', async () => {
    expect(summaryOf(await readAll(HUT))).to.eql({
      ...{ format: 'ldraw', pieces: 9, repairs: [] },
      lots: ['3005/4/2', '3005/0/2', 'my part/7/2', '3005/1/2', '3001/14/1'],
    });
  });

  it('finds the main model where it is last', async () => {
    const [hut = '', wall = '', part = ''] = HUT.split('0 FILE ').slice(1);
    const list = await readAll(`0 FILE ${wall}0 FILE ${part.replace(/0 NOFILE[\s\S]*/, '')}0 FILE ${hut}`);
    expect([list.pieces, list.lots.length]).to.eql([9, 5]);
  });

  it('reads a model without blocks, and one with a line before the first block', async () => {
    expect((await readAll(`0 Untitled\n1 4 ${at} 3001.dat\n`)).pieces).to.equal(1);
    expect((await readAll(`0\n0 FILE a.ldr\n1 4 ${at} 3001.dat\n`)).pieces).to.equal(1);
  });

  it('says which step of the main model adds the pieces, with those of its submodels', async () => {
    const wall = `0 FILE wall.ldr\n1 16 ${at} 3005.dat\n0 STEP\n1 16 ${at} 3005.dat\n`;
    const steps = [`1 4 ${at} wall.ldr`, `1 4 ${at} 3001.dat\n1 4 ${at} wall.ldr\n1 4 ${at} 3001.dat`, ''];
    const { lots } = await readAll(
      `0 FILE hut.ldr\n${steps.join('\n0 STEP\n')}\n0 ROTSTEP END\n1 4 ${at} 3005.dat\n${wall}`,
    );
    expect(
      lots.map(({ partNumber, steps: of }) => [partNumber, of?.map(({ step, quantity }) => [step, quantity])]),
    ).to.eql([
      [
        '3005',
        [
          [1, 2],
          [2, 2],
          [4, 1],
        ],
      ],
      ['3001', [[2, 2]]],
    ]);
    const oneStep = await readAll(`0 FILE hut.ldr\n1 4 ${at} 3001.dat\n0 STEP\n`);
    expect(oneStep.lots[0]).not.to.have.property('steps');
  });

  it('refuses a model that contains itself', async () => {
    const loop = `0 FILE a.ldr\n1 4 ${at} b.ldr\n0 FILE b.ldr\n1 4 ${at} c.ldr\n0 FILE c.ldr\n1 4 ${at} b.ldr\n`;
    expect(await refusalOf(loop)).to.equal('model-recursive');
  });

  it('counts submodels that double ten times without visiting each copy', async () => {
    const level = (n: number) => `0 FILE l${n}.ldr\n${`1 16 ${at} l${n + 1}.ldr\n`.repeat(2)}`;
    const levels = Array.from({ length: 20 }, (_, n) => level(n)).join('');
    const { pieces } = await readAll(`${levels}0 FILE l20.ldr\n1 4 ${at} 3001.dat\n`);
    expect(pieces).to.equal(2 ** 20);
  });

  it('stores a submodel that is not in the file with a problem', async () => {
    const { lots, pieces } = await readAll(`0 hut\n1 4 ${at} roof.ldr\n1 4 ${at} 3001.dat\n`);
    expect([lots[0]?.problem?.code, pieces]).to.eql(['submodel-missing', 1]);
  });
});

describe('reading LEGO Digital Designer models', () => {
  for (const [name, content] of [
    ['an LXFML', LXFML],
    ['an LXFML with a mark', `\uFEFF${LXFML}`],
    ['an LXF', zipOf({ name: 'IMAGE100.PNG', content: 'png' }, { name: 'IMAGE100.LXFML', content: LXFML })],
  ] as const)
    it(`reads ${name}`, async () => {
      expect(summaryOf(await readAll(content))).to.eql({
        ...{ format: 'lxfml', pieces: 4, repairs: [] },
        lots: ['3001/21/2', '3814/23/1', '3818/23/1'],
      });
    });

  const stepsOf = async (guide: string) => {
    const { lots } = await readAll(
      LXFML.replace('</LXFML>', `<BuildingInstructions>${guide}</BuildingInstructions></LXFML>`),
    );
    return lots.map(({ partNumber, steps }) => [partNumber, steps?.map(({ step, quantity }) => `${step}:${quantity}`)]);
  };

  it('reads the steps of the first building guide, those within a step as a part of it', async () => {
    const guide = `<BuildingInstruction name="A"><Camera cameraRef="0"/>
      <Step name="1"><PartRef partRef="0"/></Step>
      <Step name="2"><Step name="2.1"><PartRef partRef="1"/></Step><BrickRef brickRef="2"/><PartRef partRef="0"/></Step>
      </BuildingInstruction><BuildingInstruction name="B"><Step><PartRef partRef="1"/></Step></BuildingInstruction>`;
    expect(await stepsOf(guide)).to.eql([
      ['3001', ['1:1', '2:1']],
      ['3814', ['2:1']],
      ['3818', ['2:1']],
    ]);
  });

  it('reads the steps of newer versions, which name bricks', async () => {
    const guide = `<BuildingInstruction><Steps><Step refID="0"><In brickRef="2"/></Step>
      <Step refID="1"><In brickRef="0"/><In brickRef="1"/><EndOnHighView><Added/></EndOnHighView></Step></Steps>
      </BuildingInstruction>`;
    expect(await stepsOf(guide)).to.eql([
      ['3001', ['2:2']],
      ['3814', ['1:1']],
      ['3818', ['1:1']],
    ]);
  });

  it('reads no steps where there is one only, or where they name pieces that are not there', async () => {
    const noSteps = [
      ['3001', undefined],
      ['3814', undefined],
      ['3818', undefined],
    ];
    expect(await stepsOf('<BuildingInstruction><Step><PartRef partRef="0"/></Step></BuildingInstruction>')).to.eql(
      noSteps,
    );
    expect(
      await stepsOf('<BuildingInstruction><Step/><Step><PartRef partRef="7"/></Step></BuildingInstruction>'),
    ).to.eql(noSteps);
    expect(await stepsOf('')).to.eql(noSteps);
  });

  it('refuses a cut-off LXFML with its line', async () => {
    expect(await refusalOf(LXFML.slice(0, 300))).to.match(/^xml-malformed:\d+:\d+$/);
  });
});

describe('reading Studio models', () => {
  const model = { name: 'model.ldr', content: `\uFEFF${HUT}` };
  const info = (total: number) => ({ name: '.info', content: `{"version":"2.26.2_1","total_parts":${total}}` });

  it('reads the model of an open .io, and checks the total', async () => {
    const { format, pieces, repairs } = summaryOf(await readAll(zipOf(model, info(9))));
    expect([format, pieces, repairs]).to.eql(['studio-io', 9, []]);
    expect(summaryOf(await readAll(zipOf(model, info(10)))).repairs).to.eql(['total-differs:1']);
  });

  it('names a locked .io and says how to unlock it', async () => {
    const failure = await failureOf(zipOf({ ...model, isLocked: true }));
    expect(failure?.detail).to.match(/Studio model.*locked with a password.*current Studio/);
  });

  it('refuses a zip that is cut off', async () => {
    expect((await failureOf(zipOf(model).subarray(0, 200)))?.detail).to.match(/broken or cut off/);
  });
});
