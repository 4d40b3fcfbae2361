import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { pollUntil } from '@lego-moc/application/poll-until';
import { lotsReply, type JobReply } from '@lego-moc/file-processing/contracts/http-api';
import { jobOf } from '@lego-moc/local/demo-steps';
import type { GatewayClient } from '@lego-moc/local/gateway-client';
import { mocReply } from '@lego-moc/moc-management/contracts/http-api';
import { zipOf } from '@lego-moc/testing/zip';
import { workbookOf } from '../../contexts/file-processing/testing/workbook.ts';
import { PLATFORM_WITHIN_MS, sharedPlatform, type TestPlatform } from './platform.ts';

const BUILDER = 'formats';
const PDF = new Blob(['%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n'], { type: 'application/pdf' });

const at = '0 0 0 1 0 0 0 1 0 0 0 1';
const MODEL = [
  '0 FILE tower.mpd',
  `1 4 ${at} wall.ldr`,
  `1 0 ${at} wall.ldr`,
  '0 FILE wall.ldr',
  `1 16 ${at} 3001.dat`,
  `1 15 ${at} 3005.dat`,
].join('\n');
const DESIGNER = `<?xml version="1.0"?><LXFML versionMajor="5"><Bricks>
<Brick designID="3001"><Part designID="3001" materials="21,0"/></Brick>
<Brick designID="3005"><Part designID="3005" materials="26"/></Brick></Bricks></LXFML>`;

type Expected = {
  readonly pieces: number;
  readonly extra?: number;
  readonly sets?: number;
  readonly minifigs?: number;
  readonly lots: readonly string[];
};

const SET = '<ITEM><ITEMTYPE>P</ITEMTYPE><ITEMID>3001</ITEMID><COLOR>5</COLOR><QTY>2</QTY><MATCHID>1</MATCHID></ITEM>';

/** Each lot as part, colour and quantity; red is 4, black 0 and white 15 in the catalogue. */
const FILES: readonly (readonly [format: string, name: string, content: string | Buffer, expected: Expected])[] = [
  [
    'bricklink-xml',
    'wanted.xml',
    '<INVENTORY><ITEM><ITEMTYPE>P</ITEMTYPE><ITEMID>3001</ITEMID><COLOR>5</COLOR><MINQTY>4</MINQTY></ITEM>' +
      '<ITEM><ITEMTYPE>P</ITEMTYPE><ITEMID>3005</ITEMID><COLOR>11</COLOR><QTY>2</QTY><EXTRA>Y</EXTRA></ITEM></INVENTORY>',
    { pieces: 4, extra: 2, lots: ['3001 4 4', '3005 0 2'] },
  ],
  [
    'rebrickable-csv',
    'set.csv',
    'Part,Color,Quantity,Is Spare\n3001,4,4,False\n3005,0,2,True\nTotal,,6\n',
    { pieces: 4, extra: 2, lots: ['3001 4 4', '3005 0 2'] },
  ],
  [
    'brickstore-xml',
    'store.bsx',
    '<?xml version="1.0"?>\n<!DOCTYPE BrickStoreXML>\n<BrickStoreXML><Inventory><Item><ItemID>3001</ItemID><ItemTypeID>P</ItemTypeID>' +
      '<ColorID>5</ColorID><Qty>3</Qty></Item></Inventory></BrickStoreXML>',
    { pieces: 3, lots: ['3001 4 3'] },
  ],
  [
    'studio-csv',
    'studio.csv',
    'BLItemNo,ElementId,LdrawId,PartName,BLColorId,LDrawColorId,ColorName,ColorCategory,Qty,Weight\n' +
      '3001,300121,3001,"Brick, 2 x 4",5,4,Red,Solid,3,2.3\n,,,,,,,,,\nTotal qty,Total Weight,,,,,,,,\n3,6.9,,,,,,,,\n',
    { pieces: 3, lots: ['3001 4 3'] },
  ],
  ['pick-a-brick-csv', 'shop.csv', 'elementId,quantity\n300121,4\n', { pieces: 4, lots: ['? ? 4'] }],
  ['pick-a-brick-json', 'shop.json', '[{"elementId":"300121","quantity":4}]', { pieces: 4, lots: ['? ? 4'] }],
  [
    'brickset-csv',
    'brickset.csv',
    'SetNumber,ElementID,Qty,Colour\n1-1,300121,4,Red\n',
    { pieces: 4, lots: ['? ? 4'] },
  ],
  [
    'brickset-csv',
    'old-brickset.csv',
    'SetNumber\tPartID\tQuantity\tColour\n1-1\t300121\t4\tRed\n',
    { pieces: 4, lots: ['? ? 4'] },
  ],
  ['pick-a-brick-csv', 'skus.csv', 'SKU;Quantity;Min Price\n300121;4;0.2\n', { pieces: 4, lots: ['? ? 4'] }],
  [
    'bricklink-xml',
    'set-inventory.xml',
    `<INVENTORY>${SET}${SET.replace('<QTY>', '<ALTERNATE>Y</ALTERNATE><QTY>')}${SET.replace('<QTY>2', '<EXTRA>Y</EXTRA><QTY>1')}` +
      `${SET.replace('<QTY>', '<COUNTERPART>Y</COUNTERPART><QTY>')}</INVENTORY>`,
    { pieces: 2, extra: 1, lots: ['3001 4 2', '3001 4 2', '3001 4 1', '3001 4 2'] },
  ],
  [
    'bricklink-xml',
    'upload.xml',
    '<INVENTORY><ITEM><CATEGORY>5</CATEGORY><COLOR>11</COLOR><PRICE>0.1</PRICE><QTY>40</QTY><BULK>10</BULK>' +
      '<CONDITION>U</CONDITION><ITEMTYPE>P</ITEMTYPE><ITEMID>3001</ITEMID><TQ1>50</TQ1><TP1>0.09</TP1></ITEM></INVENTORY>',
    { pieces: 40, lots: ['3001 0 40'] },
  ],
  [
    'bricklink-orders-xml',
    'orders.xml',
    '<ORDERS><ORDER><ORDERID>1</ORDERID><ITEM><COLOR>5</COLOR><QTY>4</QTY><ITEMTYPE>P</ITEMTYPE><ITEMID>3001</ITEMID></ITEM></ORDER>' +
      '<ORDER><ITEM><COLOR>0</COLOR><QTY>2</QTY><ITEMTYPE>M</ITEMTYPE><ITEMID>sw0001</ITEMID></ITEM></ORDER></ORDERS>',
    { pieces: 4, minifigs: 2, lots: ['3001 4 4', '? 9999 2'] },
  ],
  [
    'bricklink-orders-csv',
    'orders.csv',
    '"Order ID","Seller","Item Description","Qty","Each","Item Type","Item Number"\n\n"1","someone","","","","","",\n' +
      '"","","Red Brick 2 x 4 ","4","$0.10","Part","3001"\n"","","A knight","1","$2.00","Minifigure","cas001"\n',
    { pieces: 4, minifigs: 1, lots: ['3001 4 4', '? 9999 1'] },
  ],
  [
    'brickowl-xml',
    'owl.xml',
    '<?xml version="1.0"?><inventory><item><brickowl_item_id>771344-38</brickowl_item_id><quantity>4</quantity></item></inventory>',
    { pieces: 4, lots: ['? 0 4'] },
  ],
  [
    'rebrickable-sets-csv',
    'sets.csv',
    'Set Number,Quantity,Includes Spares,Inventory Ver\n6080-1,2,True,1\n',
    { pieces: 0, sets: 2, lots: ['? 9999 2'] },
  ],
  [
    'brickset-sets-csv',
    'owned-sets.csv',
    'Number,Theme,Year,SetName,Pieces,QtyOwned\n"6080-1","Castle",1984,"Castle",674,3\n',
    { pieces: 0, sets: 3, lots: ['? 9999 3'] },
  ],
  [
    'brickset-sets-csv',
    'owned-minifigs.csv',
    'MinifigNumber,MinifigName,MinifigCategory,OwnedInSets,OwnedLoose\n"cas001","Knight","Castle",3,1\n',
    { pieces: 0, minifigs: 4, lots: ['? 9999 4'] },
  ],
  [
    'excel',
    'list.xlsx',
    workbookOf([
      ['Part', 'Colour', 'Quantity'],
      [3001, 'Red', 4],
      ['3005', 'Black', 2],
    ]),
    { pieces: 6, lots: ['3001 4 4', '3005 0 2'] },
  ],
  ['ldraw', 'tower.mpd', MODEL, { pieces: 4, lots: ['3001 4 1', '3005 15 2', '3001 0 1'] }],
  [
    'studio-io',
    'tower.io',
    zipOf({ name: 'model.ldr', content: MODEL }, { name: '.info', content: '{"total_parts":4}' }),
    { pieces: 4, lots: ['3001 4 1', '3005 15 2', '3001 0 1'] },
  ],
  ['lxfml', 'tower.lxfml', DESIGNER, { pieces: 2, lots: ['3001 4 1', '3005 0 1'] }],
  [
    'lxfml',
    'tower.lxf',
    zipOf({ name: 'IMAGE100.LXFML', content: DESIGNER }),
    { pieces: 2, lots: ['3001 4 1', '3005 0 1'] },
  ],
];

describe('parts lists of every format, through the gateway', function () {
  this.timeout(2 * PLATFORM_WITHIN_MS);
  let platform: TestPlatform;
  let gateway: GatewayClient;

  const upload = async (name: string, content: string | Buffer): Promise<{ jobId: string; mocId: string }> => {
    const body = new FormData();
    body.set('title', randomUUID());
    body.set('instructionsFile', PDF, 'steps.pdf');
    body.set('partsLists', new Blob([content]), name);
    const headers = { authorization: `Bearer ${await platform.token(BUILDER)}` };
    const reply = await fetch(`${platform.url}/api/mocs/with-files`, { method: 'POST', headers, body });
    const answer: unknown = await reply.json();
    expect(reply.status, JSON.stringify(answer)).to.equal(201);
    const { mocId, partsLists } = mocReply.parse(answer);
    return { mocId, jobId: partsLists[0]!.jobId };
  };

  /** Uploads a list and waits until its job is over, or asks something. */
  const jobFor = async (name: string, content: string | Buffer): Promise<JobReply> => {
    const { jobId, mocId } = await upload(name, content);
    return await pollUntil(
      `${name} of MOC ${mocId} is read`,
      () => jobOf(gateway, jobId),
      ({ status }) => status !== 'queued' && status !== 'parsing',
    );
  };

  before(async () => {
    platform = await sharedPlatform();
    gateway = await platform.signedInAs(BUILDER);
  });

  for (const [format, name, content, { pieces, extra = 0, sets, minifigs, lots }] of FILES)
    it(`reads ${name} as ${format} with its exact lots, pieces and colours`, async () => {
      const { jobId, result, error } = await jobFor(name, content);
      expect(error).to.equal(undefined);
      expect(result).to.include({ format, pieces, piecesExtra: extra, lots: lots.length });
      expect([result?.sets, result?.minifigs]).to.deep.equal([sets, minifigs]);
      const page = await gateway.get(`/api/jobs/${jobId}/lots`, lotsReply);
      expect(page.lots.map((lot) => `${lot.part ?? '?'} ${lot.colourId ?? '?'} ${lot.quantity ?? '?'}`)).to.deep.equal(
        lots,
      );
    });

  it('asks what the columns of a custom table mean, and reads the next one of the kind without asking', async () => {
    const table = 'Teil;Anzahl;Farbe;Notiz\n3001;4;Red;a\n3005;2;Black;b\n';
    const open = await jobFor('custom.csv', table);
    expect([open.status, open.columns?.guess]).to.deep.equal([
      'needs-decision',
      { hasHeader: true, part: 0, colour: 2, quantity: 1 },
    ]);
    const decision = await fetch(`${platform.url}/api/jobs/${open.jobId}/decision`, {
      method: 'POST',
      headers: { authorization: `Bearer ${await platform.token(BUILDER)}`, 'content-type': 'application/json' },
      body: JSON.stringify({ columns: open.columns?.guess }),
    });
    expect(decision.status).to.equal(202);
    const read = await pollUntil(
      'The table is read',
      () => jobOf(gateway, open.jobId),
      ({ status }) => status === 'completed',
    );
    expect(read.result).to.deep.include({ format: 'custom-csv', lots: 2, pieces: 6 });
    const next = await jobFor('next.csv', table.replace(';4;', ';5;'));
    expect([next.result?.pieces, next.result?.columns?.reason]).to.deep.equal([7, 'remembered']);
    const { lots } = await gateway.get(`/api/jobs/${next.jobId}/lots`, lotsReply);
    expect(lots.map(({ part, colourId, quantity }) => [part, colourId, quantity])).to.deep.equal([
      ['3001', 4, 5],
      ['3005', 0, 2],
    ]);
  });

  it('reads a copied order by the columns that its owner names instead of the guess, and a table without names', async () => {
    for (const [name, table, guess, answer, lots] of [
      [
        'order.txt',
        'Item\tDescription\tOrdered\tEach\n300121\tBRICK 2X4\t4\t0.40\n300126\tBRICK 2X4\t2\t0.40\n',
        { hasHeader: true, part: 0, quantity: 2 },
        { columns: { hasHeader: true, element: 0, quantity: 2 } },
        ['300121 4', '300126 2'],
      ],
      [
        'nameless.csv',
        '3001,4,12\n3002,15,3\n3003,71,2\n',
        { hasHeader: false, part: 0, colour: 1, quantity: 2 },
        { columns: { hasHeader: false, part: 0, colour: 1, quantity: 2 }, colourScheme: 'rebrickable' },
        ['3001 12', '3002 3', '3003 2'],
      ],
    ] as const) {
      const open = await jobFor(name, table);
      expect([open.status, open.columns?.guess], name).to.deep.equal(['needs-decision', guess]);
      const decision = await fetch(`${platform.url}/api/jobs/${open.jobId}/decision`, {
        method: 'POST',
        headers: { authorization: `Bearer ${await platform.token(BUILDER)}`, 'content-type': 'application/json' },
        body: JSON.stringify(answer),
      });
      expect(decision.status, await decision.text()).to.equal(202);
      await pollUntil(
        `${name} is read`,
        () => jobOf(gateway, open.jobId),
        ({ status }) => status === 'completed',
      );
      const page = await gateway.get(`/api/jobs/${open.jobId}/lots`, lotsReply);
      expect(page.lots.map((lot) => `${lot.partNumber} ${String(lot.quantity)}`)).to.eql(lots);
    }
  });

  it('names a locked Studio model for what it is, and says how to unlock it', async () => {
    const archive = zipOf({ name: 'model.ldr', content: MODEL, isLocked: true });
    const { status, error } = await jobFor('locked.io', archive);
    expect([status, error?.code]).to.eql(['failed', 'format-not-supported']);
    expect(error?.detail).to.match(/Studio model.*locked.*current Studio/);
  });

  it('streams the progress of a list until it is read', async () => {
    const { jobId } = await upload('streamed.csv', 'Part,Color,Quantity\n3001,4,7\n');
    const reply = await fetch(`${platform.url}/api/jobs/${jobId}/events`, {
      headers: { authorization: `Bearer ${await platform.token(BUILDER)}` },
    });
    expect([reply.status, reply.headers.get('content-type')]).to.eql([200, 'text/event-stream; charset=utf-8']);
    const events = (await reply.text()).trim().split('\n\n').slice(1);
    const [, data = ''] = /^event: completed\nid: completed\ndata: (.*)$/.exec(events.at(-1) ?? '') ?? [];
    expect((JSON.parse(data) as JobReply).result?.pieces).to.equal(7);
  });

  it('cancels a list that waits for a decision, and its MOC says so', async () => {
    const { jobId, mocId } = await upload('cancelled.csv', 'Stein;Menge;Ton\n3001;4;Red\n3005;2;Black\n');
    const headers = { authorization: `Bearer ${await platform.token(BUILDER)}` };
    const reply = await fetch(`${platform.url}/api/jobs/${jobId}/cancellation`, { method: 'POST', headers });
    expect([reply.status, await reply.json()]).to.eql([200, { jobId, status: 'cancelled' }]);
    const { partsLists } = await pollUntil(
      'The MOC knows that its list was cancelled',
      () => gateway.get(`/api/mocs/${mocId}`, mocReply),
      ({ partsLists: [list] }) => list?.status === 'unreadable',
    );
    expect(partsLists[0]?.code).to.equal('cancelled');
  });
});
