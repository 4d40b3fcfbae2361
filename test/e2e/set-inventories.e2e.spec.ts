import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { expect } from 'chai';
import { pollUntil } from '@lego-moc/application/poll-until';
import { lotsReply, openedSetsReply } from '@lego-moc/file-processing/contracts/http-api';
import { setPartsReply, setsReply } from '@lego-moc/file-processing/contracts/set-api';
import {
  changesReply,
  coloursReply,
  elementReply,
  partReply,
  partsReply,
  releasesReply,
} from '@lego-moc/file-processing/contracts/catalogue-api';
import { adviceReply } from '@lego-moc/inventory/contracts/advice-api';
import { buildabilityReply } from '@lego-moc/inventory/contracts/buildability-api';
import { holdingReply, setOpeningReply } from '@lego-moc/inventory/contracts/stock-api';
import { awaitCounts } from '@lego-moc/local/demo-steps';
import type { GatewayClient } from '@lego-moc/local/gateway-client';
import { mocReply } from '@lego-moc/moc-management/contracts/http-api';
import { openDatabase } from '@lego-moc/postgres/database';
import { searchPage, suggestions } from '@lego-moc/search/contracts/http-api';
import { postgresCatalogueStore } from '../../contexts/file-processing/adapters/postgres/postgres-catalogue-store.ts';
import { starterCatalogue } from '../../contexts/file-processing/adapters/starter-catalogue/starter-catalogue.ts';
import { importCatalogue } from '../../contexts/file-processing/application/import-catalogue.ts';
import { tablesDump } from '../../contexts/file-processing/testing/tables-dump.ts';
import { apiAs, expectProblem } from './api.ts';
import { PLATFORM_WITHIN_MS, startPlatform, type TestPlatform } from './platform.ts';

const sets = tablesDump('', {
  themes: ['id,name,parent_id', '1,Harbour,'],
  sets: ['set_num,name,year,theme_id,num_parts', '7000-1,Quay wall,2024,1,6'],
  minifigs: ['fig_num,name,num_parts', 'fig-000001,Stevedore,1'],
  inventories: ['id,version,set_num', '1,1,7000-1', '2,1,fig-000001'],
  inventory_parts: [
    'inventory_id,part_num,color_id,quantity,is_spare',
    ...['1,3001,4,4,False', '1,3005,0,2,True', '2,3003,15,1,False'],
  ],
  elements: ['element_id,part_num,color_id,design_id', '300126,3001,0,3001'],
  inventory_minifigs: ['inventory_id,fig_num,quantity', '1,fig-000001,2'],
  part_relationships: ['rel_type,child_part_num,parent_part_num', 'M,3010,3004'],
});

/** The inventory notices a new release of the catalogue after a minute. */
const CATALOGUE_WITHIN_MS = 120_000;

/** Lists of elements in every form; 300126 is a black brick, and the catalogue does not have the other one. */
const ELEMENT_LISTS: readonly (readonly [name: string, content: string])[] = [
  ['shop.csv', 'elementId,quantity\n300126,4\n999999,1\n'],
  ['shop.json', '[{"elementId":"300126","quantity":4},{"elementId":"999999","quantity":1}]'],
  ['skus.csv', 'SKU;Quantity;Min Price\n300126;4;0.2\n999999;1;0.2\n'],
  ['brickset.csv', 'SetNumber,ElementID,Qty,Colour\n1-1,300126,4,Black\n1-1,999999,1,Red\n'],
  ['old-brickset.csv', 'SetNumber\tPartID\tQuantity\tColour\n1-1\t300126\t4\tBlack\n1-1\t999999\t1\tRed\n'],
];

/** Imports the starter set with a set on top, as an operator imports a dump. */
const importSets = async (dataDir: string): Promise<void> => {
  const env = parseEnv(await readFile(join(dataDir, 'env', 'file-processing.env'), 'utf8'));
  const db = openDatabase(env['DATABASE_URL'] ?? '', { schema: 'file_processing', poolMax: 2 });
  const dump = {
    id: () => Promise.resolve('starter-with-sets'),
    rows: (file: string, columns: readonly string[]) =>
      sets.rows(file, columns) ?? starterCatalogue.rows(file, columns),
  };
  await importCatalogue(dump, postgresCatalogueStore(db), () => undefined).finally(() => db.close());
};

describe('set inventories', function () {
  this.timeout(PLATFORM_WITHIN_MS + CATALOGUE_WITHIN_MS);
  let platform: TestPlatform;
  let gateway: GatewayClient;

  before(async () => {
    platform = await startPlatform({ SEARCH_CATALOGUE_EVERY_MS: '250' });
    gateway = await platform.signedInAs('sets');
    await importSets(platform.dataDir);
  });
  after(() => (platform as TestPlatform | undefined)?.stop());

  it('finds an imported set and pages through its parts with those of its minifigs', async () => {
    const results = await gateway.get('/api/catalogue/sets?q=quay', setsReply);
    expect(results.sets.map(({ setNumber }) => setNumber)).to.eql(['7000-1']);
    const first = await gateway.get('/api/catalogue/sets/7000/parts?limit=2', setPartsReply);
    expect([first.lots, first.pieces, first.spares, first.nextCursor]).to.eql([3, 6, 2, 2]);
    const rest = await gateway.get('/api/catalogue/sets/7000-1/parts?cursor=2', setPartsReply);
    expect(
      [...first.parts, ...rest.parts].map(({ partNumber, colourName, quantity }) => [
        ...[partNumber, colourName, quantity],
      ]),
    ).to.eql([
      ['3001', 'Red', 4],
      ['3003', 'White', 2],
      ['3005', 'Black', 2],
    ]);
  });

  for (const [name, content] of ELEMENT_LISTS)
    it(`reads part and colour of the elements of ${name}`, async () => {
      const form = new FormData();
      form.set('title', `Elements of ${name}`);
      form.set('partsLists', new Blob([content]), name);
      const moc = await gateway.post('/api/mocs/with-files', form, mocReply);
      const { partsLists } = await awaitCounts(gateway, moc, () => undefined);
      const { lots } = await gateway.get(`/api/jobs/${partsLists[0]?.jobId ?? ''}/lots`, lotsReply);
      expect(lots.map(({ part, colourId, quantity }) => [part, colourId, quantity])).to.eql([
        ['3001', 0, 4],
        [null, null, 1],
      ]);
    });

  it('finds the imported set by its number, and completes it', async () => {
    const find = () => gateway.get('/api/search?q=7000&type=set,part', searchPage);
    const { items } = await pollUntil('it is loaded', find, ({ items: documents }) => documents.length > 0);
    expect(items).to.have.length(1);
    expect(items[0]).to.deep.include({
      type: 'set',
      setNumber: '7000-1',
      title: 'Quay wall',
      theme: 'Harbour',
      year: 2024,
    });
    expect((await gateway.get('/api/search/suggestions?q=quay', suggestions)).suggestions).to.deep.include({
      ...{ kind: 'set', text: '7000-1', name: 'Quay wall' },
    });
  });

  it('opens the sets of a parts list into their parts, once, and the MOC counts them', async () => {
    const ask = apiAs(platform, 'sets');
    const item = (number: string) => `<ITEM><ITEMTYPE>S</ITEMTYPE><ITEMID>${number}</ITEMID><MINQTY>2</MINQTY></ITEM>`;
    const form = new FormData();
    form.set('title', 'Two quays');
    form.set('partsLists', new Blob([`<INVENTORY>${item('7000-1')}${item('7001-1')}</INVENTORY>`]), 'quays.xml');
    const { mocId } = await gateway.post('/api/mocs/with-files', form, mocReply);
    const readList = async () => (await gateway.get(`/api/mocs/${mocId}`, mocReply)).partsLists[0];
    const list = await pollUntil('the list is read', readList, (entry) => entry?.status === 'counted');
    const path = `/api/jobs/${list?.jobId ?? ''}`;

    for (const name of ['first', 'again']) {
      const { status, body } = await ask('POST', `${path}/opened-sets`);
      expect(status, `${name}: ${JSON.stringify(body)}`).to.equal(200);
      const { sets, lots, pieces, piecesExtra, unopened } = openedSetsReply.parse(body);
      expect([sets, lots, pieces, piecesExtra]).to.eql([2, 3, 12, 4]);
      expect(unopened.first.map(({ number, quantity }) => [number, quantity])).to.eql([['7001-1', 2]]);
    }
    const { lots } = await gateway.get(`${path}/lots`, lotsReply);
    expect(lots.map(({ part, colourName, quantity, role }) => [part, colourName, quantity, role]).slice(2)).to.eql([
      ['3001', 'Red', 8, 'needed'],
      ['3003', 'White', 4, 'needed'],
      ['3005', 'Black', 4, 'extra'],
    ]);
    expect(lots[0]?.role).to.equal('opened');
    await pollUntil('the MOC counts the parts', readList, (entry) => entry?.pieces === 12);
    const stranger = apiAs(platform, 'no-sets');
    expectProblem(await stranger('POST', `${path}/opened-sets`), 404, 'job-not-found');
  });

  it('opens an owned set into the parts that are in it', async () => {
    const ask = apiAs(platform, 'sets');
    const stock = '/api/inventory/stock';
    const lots = [{ kind: 'set', number: '7000-1', quantity: 1 }];
    await ask('POST', `${stock}/entries`, { location: 'Shelf', lots });
    const opening = { location: 'Shelf', number: '7000-1' };
    const { status, body } = await ask('POST', `${stock}/set-openings`, opening);
    expect(status, JSON.stringify(body)).to.equal(200);
    const { holding, entryId, contents } = setOpeningReply.parse(body);
    expect([holding.lots, holding.pieces, contents.pieces]).to.eql([3, 8, 8]);
    expectProblem(await ask('POST', `${stock}/set-openings`, opening), 409, 'not-enough-pieces', '/lots');

    expect((await ask('DELETE', `${stock}/holdings/${holding.holdingId}/entries/${entryId}`)).status).to.equal(204);
    const place = await ask('GET', `${stock}/holdings/${holding.holdingId}`);
    expect(holdingReply.parse(place.body)).to.include({ lots: 1, pieces: 1 });
  });

  it('serves a part by its other mould where that is accepted, says by which relation, and why not where it is not', async () => {
    const ask = apiAs(platform, 'moulds');
    const body = new FormData();
    body.set('title', 'Ledge');
    body.set('partsLists', new Blob(['Part,Color,Quantity\n3004,4,2\n']), 'ledge.csv');
    const headers = { authorization: `Bearer ${await platform.token('moulds')}` };
    const upload = await fetch(`${platform.url}/api/mocs/with-files`, { method: 'POST', headers, body });
    const builder = await platform.signedInAs('moulds');
    const { mocId } = await awaitCounts(builder, mocReply.parse(await upload.json()), () => undefined);
    await ask('POST', '/api/inventory/stock/entries', {
      ...{ location: 'Bin 7', lots: [{ number: '3010', colour: '4', quantity: 2 }] },
    });
    const check = async (relations: readonly string[]) => {
      const question = { mocs: [{ mocId }], tolerance: { relations, colour: 'same' } };
      const reply = await ask('POST', '/api/buildability', question);
      const { catalogueRelease, mocs } = buildabilityReply.parse(reply.body);
      return { catalogueRelease, lot: mocs[0]?.lots[0] };
    };
    const path = [{ relation: 'mould', number: '3010' }];
    // Substitutes of another release are noticed within a minute.
    const { lot } = await pollUntil(
      'the other mould serves',
      () => check(['mould']),
      ({ lot: checkedLot }) => checkedLot?.available === 2,
      CATALOGUE_WITHIN_MS,
    );
    expect(lot?.sources.map((source) => [source.number, source.path, source.places])).to.eql([
      ['3010', path, [{ holding: 'Bin 7', quantity: 2 }]],
    ]);
    const exact = await check([]);
    expect(exact.catalogueRelease).to.equal('starter-with-sets');
    expect(exact.lot?.available).to.equal(0);
    expect(exact.lot?.others.map((other) => [other.number, other.path, other.reason])).to.eql([
      ['3010', path, 'outside-tolerance'],
    ]);
  });

  it('answers from the catalogue: releases and what differs, parts, relatives, elements and colours', async () => {
    const { releases } = await gateway.get('/api/catalogue/releases', releasesReply);
    expect(releases.map(({ release }) => release)).to.eql(['starter-with-sets', 'starter-1']);
    const { counts } = await gateway.get('/api/catalogue/changes?since=starter-1', changesReply);
    expect(counts).to.eql({ added: 0, removed: 0, changed: 0, moved: 0 });
    const { parts } = await gateway.get('/api/catalogue/parts?q=brick%201%20x%202', partsReply);
    expect(parts.map(({ partNumber, name }) => [partNumber, name])).to.deep.include(['3004', 'Brick 1 x 2']);
    const part = await gateway.get('/api/catalogue/parts/3004', partReply);
    expect(part.relationships).to.eql([{ kind: 'M', role: 'child', partNumber: '3010' }]);
    const element = await gateway.get('/api/catalogue/elements/300126', elementReply);
    expect(element).to.include({ partNumber: '3001', colourId: 0, colourName: 'Black' });
    const { colours } = await gateway.get('/api/catalogue/colours', coloursReply);
    expect(colours.find(({ colourId }) => colourId === 4)).to.include({ name: 'Red', transparent: false });
  });

  it('says what one more set would bring to a MOC, and in which colours a missing part is sold', async () => {
    const body = new FormData();
    body.set('title', 'Wall');
    body.set('partsLists', new Blob(['Part,Color,Quantity\n3001,4,3\n3003,15,5\n']), 'wall.csv');
    const headers = { authorization: `Bearer ${await platform.token('sets')}` };
    const reply = await fetch(`${platform.url}/api/mocs/with-files`, { method: 'POST', headers, body });
    const { mocId } = await awaitCounts(gateway, mocReply.parse(await reply.json()), () => undefined);
    const question = { mocs: [{ mocId }], sets: ['7000'] };
    const ask = apiAs(platform, 'sets');
    // An import is seen within a minute; until then an answer of both releases is refused.
    const { status, body: answer } = await pollUntil(
      'the imported catalogue is read',
      () => ask('POST', '/api/inventory/advice', question),
      (reply) => reply.status !== 409,
      CATALOGUE_WITHIN_MS,
    );
    expect(status, JSON.stringify(answer)).to.equal(200);
    const advice = adviceReply.parse(answer);
    expect(advice.missingPieces).to.equal(8);
    expect(advice.sets).to.deep.equal([
      {
        ...{ setNumber: '7000-1', version: 1, pieces: 5, percentage: 62 },
        progress: {
          lots: { needed: 2, available: 1, percentage: 50 },
          pieces: { needed: 8, available: 5, percentage: 62 },
        },
      },
    ]);

    for (const wish of [
      { title: 'That wall', productLink: `https://example.com/mocs/${mocId}` },
      { title: 'Harbour', productLink: 'https://example.com/sets/7000-1/quay-wall' },
      { title: '7777 Nowhere' },
    ])
      expect((await ask('POST', '/api/wishlist', wish)).status).to.equal(201);
    const { body: overWishlist } = await ask('POST', '/api/inventory/advice', { wishlist: true });
    expect(adviceReply.parse(overWishlist)).to.deep.include({
      ...{ missingPieces: 8, sets: advice.sets, setsWithoutInventory: ['7777'], setsLeftOut: 0 },
    });
    expect(
      advice.lots.map(({ number, reason, elements, sets: inSets, otherColours }) => [
        ...[number, reason, elements, inSets, otherColours.map(({ name }) => name)],
      ]),
    ).to.deep.equal([
      ['3003', 'no-element', 0, 1, []],
      ['3001', 'no-element', 0, 1, ['Black']],
    ]);
  });
});
