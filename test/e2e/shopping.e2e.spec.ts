import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { pollUntil } from '@lego-moc/application/poll-until';
import { adviceReply } from '@lego-moc/inventory/contracts/advice-api';
import { missingLotsReply } from '@lego-moc/inventory/contracts/missing-lots-api';
import { shoppingReply, type ShoppingReply } from '@lego-moc/inventory/contracts/shopping-api';
import { awaitCounts } from '@lego-moc/local/demo-steps';
import { mocReply, type MocReply } from '@lego-moc/moc-management/contracts/http-api';
import { starterCatalogue } from '../../contexts/file-processing/adapters/starter-catalogue/starter-catalogue.ts';
import { unzip } from '../../contexts/file-processing/testing/unzip.ts';
import { apiAs, expectProblem, type Api } from './api.ts';
import { PLATFORM_WITHIN_MS, sharedPlatform, type TestPlatform } from './platform.ts';

const SHOPPING = '/api/shopping-lists';
const ADVICE = '/api/inventory/advice';
const red = (quantity: number) => ({ number: '3001', colour: '4', quantity });

/** BrickLink takes so many lots at once. */
const LOTS_PER_FILE = 1_000;
const COLOURS = ['0', '1', '2', '4', '14', '15', '19', '25', '71', '72'];

/** Rows of a list with two of each of so many pieces that the catalogue knows, and the builder has not. */
const knownRows = async (count: number): Promise<readonly string[]> => {
  const parts: string[] = [];
  for await (const { part_num: part } of starterCatalogue.rows('parts', ['part_num']) ?? []) parts.push(String(part));
  return parts
    .filter((part) => part !== '3001')
    .flatMap((part) => COLOURS.map((colour) => `${part},${colour},2\n`))
    .slice(0, count);
};

describe('asking what to buy, through the gateway', function () {
  this.timeout(2 * PLATFORM_WITHIN_MS);
  let platform: TestPlatform;
  let builder: string;
  let ask: Api;
  let mocs: readonly { readonly mocId: string }[];

  const uploadMoc = async (rows: string): Promise<MocReply> => {
    const body = new FormData();
    body.set('title', randomUUID());
    body.set('partsLists', new Blob([`Part,Color,Quantity\n${rows}`]), 'mill.csv');
    const headers = { authorization: `Bearer ${await platform.token(builder)}` };
    const reply = await fetch(`${platform.url}/api/mocs/with-files`, { method: 'POST', headers, body });
    const gateway = await platform.signedInAs(builder);
    return awaitCounts(gateway, mocReply.parse(await reply.json()), () => undefined);
  };
  const shop = async (wish: object = {}): Promise<ShoppingReply> => {
    const { status, body } = await ask('POST', SHOPPING, { mocs, ...wish });
    expect(status, JSON.stringify(body)).to.equal(200);
    return shoppingReply.parse(body);
  };

  before(async () => {
    platform = await sharedPlatform();
    builder = `shopper-${randomUUID()}`;
    ask = apiAs(platform, builder);
    const [first, second] = [await uploadMoc('3001,4,1500\n3003,9999,2\n'), await uploadMoc('3001,4,700\n')];
    mocs = [{ mocId: first.mocId }, { mocId: second.mocId }];
    const source = { kind: 'loose', id: 'box' };
    const { headers } = await ask('POST', '/api/inventory/items', { source, title: 'Box', lots: [red(200)] });
    await ask('POST', `${headers.get('location') ?? ''}/entries`, { lots: [red(200)] });
    await pollUntil('the stock', shop, ({ sums }) => sums.pieces === 2002);
  });

  it('merges what all MOCs miss, minus the stock, and says which MOC each piece is for', async () => {
    const { lots, sums } = await shop();
    const [first, second] = mocs.map(({ mocId }) => mocId);
    expect(lots).to.deep.equal([
      {
        ...{ kind: 'part', ...red(2000) },
        neededBy: [
          { mocId: first, quantity: 1300 },
          { mocId: second, quantity: 700 },
        ],
      },
      { kind: 'part', number: '3003', colour: null, quantity: 2, neededBy: [{ mocId: first, quantity: 2 }] },
    ]);
    expect(sums).to.deep.equal({ missingPieces: 2002, lots: 2, pieces: 2002 });
  });

  it('says of each target how many pieces go into its files and how many are left out: together all that are missing', async () => {
    const pieces = await Promise.all(
      ['bricklink-xml', 'pick-a-brick-csv'].map(async (target) => {
        const { export: report, sums, estimate } = await shop({ target, estimate: true });
        expect(sums.missingPieces).to.equal(2002);
        expect(estimate?.status).to.equal('no-prices');
        return [report?.pieces, report?.piecesLeftOut];
      }),
    );
    // The starter catalogue has no elements, and LEGO's shop takes nothing else.
    expect(pieces).to.deep.equal([
      [2002, 0],
      [0, 2002],
    ]);
  });

  it('gives the list as a file of the target, or as 409 when the target can take nothing', async () => {
    const reply = await ask('POST', `${SHOPPING}/export`, { mocs, target: 'bricklink-xml' });
    expect(reply.status).to.equal(200);
    expect(reply.headers.get('content-disposition')).to.include('shopping-list.xml');
    const file = String(reply.body);
    expect([...file.matchAll(/<MINQTY>(\d+)<\/MINQTY>/g)].map(([, quantity]) => quantity)).to.deep.equal(['2000', '2']);
    const anyColour = await uploadMoc('3003,9999,2\n');
    const question = { mocs: [{ mocId: anyColour.mocId }], target: 'pick-a-brick-csv' };
    expectProblem(await ask('POST', `${SHOPPING}/export`, question), 409, 'nothing-to-export');
  });

  it('divides more lots than a file of the target takes into several, which have every missing piece together', async () => {
    const { mocId } = await uploadMoc((await knownRows(LOTS_PER_FILE + 1)).join(''));
    const question = { mocs: [{ mocId }], target: 'bricklink-xml' };
    const { sums, export: report } = shoppingReply.parse((await ask('POST', SHOPPING, question)).body);
    const pieces = 2 * (LOTS_PER_FILE + 1);
    expect(sums).to.deep.equal({ missingPieces: pieces, lots: LOTS_PER_FILE + 1, pieces });
    expect([report?.files, report?.pieces, report?.piecesLeftOut]).to.deep.equal([2, sums.missingPieces, 0]);
    const { headers, body } = await ask('POST', `${SHOPPING}/export`, question);
    expect(headers.get('content-type')).to.equal('application/zip');
    const files = await unzip(body as Buffer);
    const quantities = files.map(({ content }) =>
      [...content.matchAll(/<MINQTY>(\d+)<\/MINQTY>/g)].map(([, quantity]) => Number(quantity)),
    );
    expect(quantities.map(({ length }) => length)).to.deep.equal([LOTS_PER_FILE, 1]);
    expect(quantities.flat().reduce((sum, quantity) => sum + quantity, 0)).to.equal(sums.missingPieces);
  });

  it('says what the missing pieces cost by the prices of the caller, and what has none', async () => {
    const csv =
      'item,color,new_or_used,avg_price,max_price,min_price,qty_avg_price,total_quantity,unit_quantity,currency_code\n' +
      '3001,5,N,0.30,0.50,0.10,0.25,9000,9,EUR\n';
    expect((await ask('POST', '/api/prices', { csv })).status).to.equal(200);
    const { estimate } = await pollUntil(
      'the price',
      () => shop({ estimate: true }),
      (reply) => reply.estimate?.status === 'estimated',
    );
    expect(estimate).to.deep.include({ currency: 'EUR', pieces: 2002, coveredPieces: 2000, expected: '500.0000' });
  });

  it('advises about colours that the catalogue does not know, and says which set is unknown', async () => {
    const { status, headers, body } = await ask('POST', ADVICE, { mocs });
    expect(status, JSON.stringify(body)).to.equal(200);
    const { missingPieces, lots, sets, catalogueRelease } = adviceReply.parse(body);
    expect([missingPieces, sets, catalogueRelease]).to.deep.equal([2002, [], (await shop()).catalogueRelease]);
    // The starter catalogue has no elements, hence no colours of any part.
    expect(lots.map(({ number, colour, quantity, reason }) => [number, colour, quantity, reason])).to.deep.equal([
      ['3001', '4', 2000, 'colours-unknown'],
    ]);
    expect((await ask('POST', ADVICE, { mocs })).headers.get('etag')).to.equal(headers.get('etag'));
    const unknownSet = { mocs, sets: ['no-set'] };
    expectProblem(await ask('POST', ADVICE, unknownSet), 404, 'set-inventory-not-found', '/sets/0');
  });

  it('gives what one parts list misses, in numbers and as a file of the target', async () => {
    const { partsLists } = await uploadMoc('3001,4,250\n3003,9999,2\n');
    const path = `/api/inventory/jobs/${partsLists[0]?.jobId ?? ''}/missing-lots`;
    const { lots, progress, export: report } = missingLotsReply.parse((await ask('GET', `${path}?target=ldraw`)).body);
    expect(lots).to.deep.equal([
      { kind: 'part', ...red(50) },
      { kind: 'part', number: '3003', colour: null, quantity: 2 },
    ]);
    expect([progress.pieces, report?.pieces, report?.piecesLeftOut]).to.deep.equal([
      { needed: 252, available: 200, percentage: 79 },
      52,
      0,
    ]);
    const { headers, body } = await ask('GET', `${path}/export?target=rebrickable-csv`);
    expect(headers.get('content-disposition')).to.include('mill-missing.csv');
    expect(String(body).trimEnd().split('\r\n').slice(1)).to.deep.equal(['3001,4,50,False', '3003,9999,2,False']);
  });

  it('answers 404 for a private MOC of someone else', async () => {
    const stranger = apiAs(platform, `shopper-${randomUUID()}`);
    for (const path of [SHOPPING, ADVICE])
      expectProblem(await stranger('POST', path, { mocs }), 404, 'moc-not-found', '/mocs/0/mocId');
  });
});
