import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { pollUntil } from '@lego-moc/application/poll-until';
import { exportReport, exportTargets, type ExportReport } from '@lego-moc/file-processing/contracts/export-api';
import { customPartReply } from '@lego-moc/file-processing/contracts/custom-part-api';
import { jobReply, lotsReply } from '@lego-moc/file-processing/contracts/http-api';
import { estimateReply, importPricesReply } from '@lego-moc/file-processing/contracts/price-api';
import { awaitCounts, jobOf } from '@lego-moc/local/demo-steps';
import type { GatewayClient } from '@lego-moc/local/gateway-client';
import { mocReply } from '@lego-moc/moc-management/contracts/http-api';
import { unzip } from '../../contexts/file-processing/testing/unzip.ts';
import { PLATFORM_WITHIN_MS, sharedPlatform, type TestPlatform } from './platform.ts';

const BUILDER = 'exporter';
const PDF = new Blob(['%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n'], { type: 'application/pdf' });

/** Two lots that the catalogue knows, one in any colour, a spare, and one that begins like a formula. */
const LIST =
  'Part,Color,Quantity,Is Spare\n3001,4,4,False\n3005,0,2,False\n3003,9999,1,False\n3005,0,1,True\n=1+1,4,1,False\n';

/** Two blank lines and no final newline: nothing would write it so. */
const BRICKLINK_LIST =
  '<INVENTORY>\n\n<ITEM><ITEMTYPE>P</ITEMTYPE><ITEMID>3001</ITEMID><COLOR>5</COLOR><MINQTY>4</MINQTY></ITEM>\n\n</INVENTORY>';

const PRICES =
  'item,color,new_or_used,avg_price,max_price,min_price,qty_avg_price,total_quantity,unit_quantity,currency_code\n' +
  '3001,5,N,0.30,0.50,0.10,0.25,1000,9,EUR\n3005,11,N,0.10,0.20,0.05,0.08,1,1,EUR\n3001,5,N,1,1,1,1,1,1,XYZ\n';

describe('exporting parts lists through the gateway', function () {
  this.timeout(2 * PLATFORM_WITHIN_MS);
  let platform: TestPlatform;
  let gateway: GatewayClient;
  let headers: { readonly authorization: string };

  const jobFor = async (name: string, content: string): Promise<string> => {
    const body = new FormData();
    body.set('title', randomUUID());
    body.set('instructionsFile', PDF, 'steps.pdf');
    body.set('partsLists', new Blob([content]), name);
    const reply = await fetch(`${platform.url}/api/mocs/with-files`, { method: 'POST', headers, body });
    expect(reply.status).to.equal(201);
    const moc = await awaitCounts(gateway, mocReply.parse(await reply.json()), () => undefined);
    return moc.partsLists[0]!.jobId;
  };

  const requestExport = (jobId: string, target: string): Promise<Response> =>
    fetch(`${platform.url}/api/jobs/${jobId}/export?target=${target}`, { headers });

  const reportOn = (jobId: string, target: string): Promise<ExportReport> =>
    gateway.get(`/api/jobs/${jobId}/export/report?target=${target}`, exportReport);

  before(async () => {
    platform = await sharedPlatform();
    gateway = await platform.signedInAs(BUILDER);
    headers = { authorization: `Bearer ${await platform.token(BUILDER)}` };
  });

  it('knows a custom part of the builder, in their lists only, and says so in exports', async () => {
    const part = { number: `Lamp-${randomUUID()}`, name: 'A lamp of brass', colourIds: [4], relatedPart: '3001' };
    const json = { ...headers, 'content-type': 'application/json' };
    const reply = await fetch(`${platform.url}/api/custom-parts`, {
      method: 'POST',
      headers: json,
      body: JSON.stringify(part),
    });
    expect(reply.status).to.equal(201);
    expect(customPartReply.parse(await reply.json())).to.deep.include(part);
    const jobId = await jobFor(
      'lamps.csv',
      `Part,Color,Quantity\n${part.number.toUpperCase()},4,3\n3001,4,1\n3001pb77,4,1\n`,
    );
    const { lots } = await gateway.get(`/api/jobs/${jobId}/lots`, lotsReply);
    expect(lots.map((lot) => [lot.part, lot.colourId, lot.partRule])).to.deep.equal([
      [part.number, 4, { rule: 'custom', provenance: 'A lamp of brass' }],
      ['3001', 4, undefined],
      [null, 4, undefined],
    ]);
    expect(lots[2]?.suggestions).to.deep.equal([{ partNumber: '3001', relation: 'print' }]);
    expect((await gateway.get(`/api/jobs/${jobId}`, jobReply)).result?.unknownParts.count).to.equal(1);
    const { losses } = await reportOn(jobId, 'bricklink-xml');
    expect(losses.map(({ code, count }) => [code, count])).to.deep.equal([
      ['part-custom', 1],
      ['part-number-not-translated', 2],
    ]);
  });

  it('writes a Rebrickable list as a BrickLink wanted list, and says what is left out', async () => {
    const jobId = await jobFor('mill.csv', LIST);
    const reply = await requestExport(jobId, 'bricklink-xml');
    expect(reply.headers.get('content-type')).to.equal('application/xml; charset=utf-8');
    expect(reply.headers.get('content-disposition')).to.equal('attachment; filename=mill.xml');
    expect(await reply.text()).to.equal(
      '<INVENTORY>\n' +
        '<ITEM><ITEMTYPE>P</ITEMTYPE><ITEMID>3001</ITEMID><COLOR>5</COLOR><MINQTY>4</MINQTY></ITEM>\n' +
        '<ITEM><ITEMTYPE>P</ITEMTYPE><ITEMID>3005</ITEMID><COLOR>11</COLOR><MINQTY>2</MINQTY></ITEM>\n' +
        '<ITEM><ITEMTYPE>P</ITEMTYPE><ITEMID>3003</ITEMID><MINQTY>1</MINQTY></ITEM>\n' +
        '</INVENTORY>\n',
    );
    const { losses, ...report } = await reportOn(jobId, 'bricklink-xml');
    expect(report).to.deep.equal({
      ...{ target: 'bricklink-xml', fileName: 'mill.xml', files: 1, asUploaded: false },
      ...{ lots: 3, pieces: 7, lotsLeftOut: 2, piecesLeftOut: 2 },
      limits: { lotsPerFileMax: 1000, quantityPerLotMax: null },
    });
    expect(losses.map(({ code, leftOut, first }) => [code, leftOut, first.map(({ line }) => line)])).to.deep.equal([
      ['part-number-not-translated', false, [2, 3, 4]],
      ['role-not-supported', true, [5]],
      ['part-number-unwritable', true, [6]],
    ]);
  });

  it('writes for every target a file that the platform reads as the same pieces again', async () => {
    const jobId = await jobFor('mill.csv', 'Part,Color,Quantity\n3001,4,4\n3005,0,2\n');
    for (const target of exportTargets.filter((name) => !/^(?:json|pick-a-brick)/.test(name))) {
      const reply = await requestExport(jobId, target);
      expect(reply.status, target).to.equal(200);
      const again = jobReply.parse(await jobOf(gateway, await jobFor('again', await reply.text())));
      expect(again.result, target).to.include({ lots: 2, pieces: 6 });
      expect(again.result?.unknownParts.count, target).to.equal(0);
    }
  });

  it('estimates a list and a whole MOC from imported prices, and says no-prices before there are any', async () => {
    const builder = `estimator-${randomUUID()}`;
    gateway = await platform.signedInAs(builder);
    headers = { authorization: `Bearer ${await platform.token(builder)}` };
    const jobId = await jobFor('mill.csv', LIST);
    const { reference } = jobReply.parse(await jobOf(gateway, jobId));
    const places = [`/api/jobs/${jobId}/estimate`, `/api/mocs/${reference.mocId}/estimate`];
    for (const place of places) {
      const estimate = await gateway.get(place, estimateReply);
      expect(estimate, place).to.include({ status: 'no-prices', pieces: 8, coveredPieces: 0, currency: null });
      expect(estimate, place).not.to.have.any.keys('low', 'expected', 'high');
    }

    const importReply = await fetch(`${platform.url}/api/prices`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify({ csv: PRICES }),
    });
    expect([importReply.status, importPricesReply.parse(await importReply.json())]).to.deep.equal([
      200,
      {
        ...{ imported: 2, repeated: 0 },
        refused: {
          count: 1,
          first: [{ line: 4, field: 'currency_code', detail: 'Write a currency of ISO 4217: EUR.' }],
        },
      },
    ]);
    for (const place of places) {
      const { status, ...estimate } = await pollUntil(
        'The prices',
        () => gateway.get(place, estimateReply),
        ({ coveredPieces }) => coveredPieces === 5,
      );
      // Four of 3001 and, of two needed, the only one of 3005 that is on sale.
      expect(estimate, place).to.include({
        ...{ low: '0.4500', expected: '1.0800', high: '2.2000', currency: 'EUR', lots: 4, pieces: 8, coveredLots: 1 },
      });
      expect(status).to.equal('estimated');
      expect(estimate.cannotBuyEnough.first).to.deep.equal([
        { partNumber: '3005', colour: '11', needed: 2, onSale: 1 },
      ]);
      expect(estimate.unpriced.first.map(({ reason }) => reason)).to.have.members([
        'colour-any',
        'part-number-unwritable',
      ]);
    }
    const dollars = await gateway.get(`${places[1] ?? ''}?currency=USD`, estimateReply);
    expect(dollars).to.deep.include({ status: 'no-prices', currency: 'USD', otherCurrencies: ['EUR'] });
  });

  it('gives an untouched BrickLink list back byte for byte', async () => {
    const jobId = await jobFor('wanted.xml', BRICKLINK_LIST);
    expect(await (await requestExport(jobId, 'bricklink-xml')).text()).to.equal(BRICKLINK_LIST);
    expect((await reportOn(jobId, 'bricklink-xml')).asUploaded).to.equal(true);
  });

  it('writes 401 elements as two files in a zip, since LEGO’s shop takes 400', async () => {
    const rows = Array.from({ length: 401 }, (_, index) => `${6_000_000 + index},1`);
    const jobId = await jobFor('shop.csv', `elementId,quantity\n${rows.join('\n')}\n`);
    const reply = await requestExport(jobId, 'pick-a-brick-csv');
    expect(reply.headers.get('content-type')).to.equal('application/zip');
    const files = await unzip(Buffer.from(await reply.arrayBuffer()));
    expect(files.map(({ name }) => name)).to.deep.equal(['shop-1.csv', 'shop-2.csv']);
    expect(files[1]?.content).to.equal('elementId,quantity\r\n6000400,1\r\n');
  });

  it('escapes the cell that a spreadsheet would run, and lists every lot, in the plain CSV', async () => {
    const csv = await (await requestExport(await jobFor('mill.csv', LIST), 'csv')).text();
    const rows = csv.trimEnd().split('\r\n');
    expect(rows).to.have.length(6);
    expect(rows[5]).to.match(/^'=1\+1,4,1,False,/);
  });

  it('answers 409 when no element of the list is known, and 400 for an unknown target', async () => {
    const jobId = await jobFor('mill.csv', 'Part,Color,Quantity\n3001,4,4\n');
    const reply = await requestExport(jobId, 'pick-a-brick-csv');
    expect([reply.status, ((await reply.json()) as { type: string }).type]).to.deep.equal([
      409,
      'urn:lego-moc:problem:nothing-to-export',
    ]);
    expect((await requestExport(jobId, 'excel')).status).to.equal(400);
  });
});
