import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { sectionsReply } from '@lego-moc/inventory/contracts/sections-api';
import { itemReply } from '@lego-moc/inventory/contracts/http-api';
import { awaitCounts } from '@lego-moc/local/demo-steps';
import { mocReply } from '@lego-moc/moc-management/contracts/http-api';
import { apiAs, expectProblem, type Api } from './api.ts';
import { PLATFORM_WITHIN_MS, sharedPlatform, type TestPlatform } from './platform.ts';

const AT = '0 0 0 1 0 0 0 1 0 0 0 1';
/** Two red 2 × 4 bricks, then a submodel of two black ones and a third red one. */
const MODEL = [
  ...['0 FILE hut.ldr', `1 4 ${AT} 3001.dat`, `1 4 ${AT} 3001.dat`, '0 STEP', `1 0 ${AT} wall.ldr`],
  ...[`1 4 ${AT} 3001.dat`, '0 STEP', '0 FILE wall.ldr', `1 16 ${AT} 3001.dat`, '0 STEP', `1 16 ${AT} 3001.dat`, ''],
].join('\r\n');
/** The red brick in the first step, the two black ones in the second. */
const DESIGNER = `<?xml version="1.0"?><LXFML versionMajor="5"><Bricks>
<Brick refID="0" designID="3001"><Part refID="0" designID="3001" materials="21"/></Brick>
<Brick refID="1" designID="3001"><Part refID="1" designID="3001" materials="26"/></Brick>
<Brick refID="2" designID="3001"><Part refID="2" designID="3001" materials="26"/></Brick></Bricks>
<BuildingInstructions><BuildingInstruction name="BuildingGuide1">
<Step name="Step1"><PartRef partRef="0"/></Step><Step name="Step2"><PartRef partRef="1"/><PartRef partRef="2"/></Step>
</BuildingInstruction></BuildingInstructions></LXFML>`;
const ITEMS = '/api/inventory/items';

describe('an item by bags and steps, through the gateway', function () {
  this.timeout(2 * PLATFORM_WITHIN_MS);
  let platform: TestPlatform;
  let builder: string;
  let ask: Api;
  let path: string;

  const sectionsOf = async (query = '') => {
    const { status, body } = await ask('GET', `${path}/sections${query}`);
    expect(status, JSON.stringify(body)).to.equal(200);
    return sectionsReply.parse(body);
  };
  const summary = async (query = '') =>
    (await sectionsOf(query)).sections.map(({ kind, name, needed, usable, open, percentage }) => [
      ...[kind, name, needed, usable, open, percentage],
    ]);

  /** A MOC with the model, and the path of the item that tracks it. */
  const track = async (content: string, name: string) => {
    const body = new FormData();
    body.set('title', name);
    body.set('partsLists', new Blob([content]), name);
    const headers = { authorization: `Bearer ${await platform.token(builder)}` };
    const reply = await fetch(`${platform.url}/api/mocs/with-files`, { method: 'POST', headers, body });
    const gateway = await platform.signedInAs(builder);
    const moc = await awaitCounts(gateway, mocReply.parse(await reply.json()), () => undefined);
    const [list] = moc.partsLists;
    const source = { kind: 'parts-list', id: list?.partsListId };
    const trackReply = await ask('POST', ITEMS, { source, jobId: list?.jobId });
    return `${ITEMS}/${itemReply.parse(trackReply.body).itemId}`;
  };

  before(async () => {
    platform = await sharedPlatform();
    builder = `sorter-${randomUUID()}`;
    ask = apiAs(platform, builder);
    path = await track(MODEL, 'hut.mpd');
  });

  it('takes the steps of the model, and says how far they are complete', async () => {
    expect(await summary()).to.deep.equal([
      ['step', '1', 2, 0, 2, 0],
      ['step', '2', 3, 0, 3, 0],
    ]);
    const lots = [{ number: '3001', colour: '4', quantity: 3 }];
    expect((await ask('POST', `${path}/entries`, { lots })).status).to.equal(200);
    expect(await summary()).to.deep.equal([
      ['step', '1', 2, 2, 0, 100],
      ['step', '2', 3, 1, 2, 33],
    ]);
    const [second] = (await sectionsOf('?cursor=1')).sections;
    expect(second?.lots.map(({ colour, needed, usable, open }) => [colour, needed, usable, open])).to.have.deep.members(
      [
        ['4', 1, 1, 0],
        ['0', 2, 0, 2],
      ],
    );
  });

  it('puts lots into bags, at the revision that the builder has seen, and marks a bag that lacks a piece', async () => {
    const bag = (name: string, colour: string, quantity: number) => ({
      ...{ kind: 'bag', name, lots: [{ number: '3001', colour, quantity }] },
    });
    const sections = [bag('1', '4', 3), bag('2', '0', 2)];
    const { headers } = await ask('GET', path);
    const etag = { 'if-match': headers.get('etag') ?? '' };
    expect((await ask('PUT', `${path}/sections`, { sections }, etag)).status).to.equal(200);
    expectProblem(await ask('PUT', `${path}/sections`, { sections: [] }, etag), 412, 'revision-moved');
    const marks = { lots: [{ number: '3001', colour: '4', damaged: 1 }] };
    expect((await ask('PATCH', path, marks)).status).to.equal(200);
    expect(await summary('?kind=bag')).to.deep.equal([
      ['bag', '1', 3, 2, 1, 66],
      ['bag', '2', 2, 0, 2, 0],
    ]);
    expectProblem(
      await ask('PUT', `${path}/sections`, { sections: [bag('1', '4', 4)] }),
      ...([422, 'sections-exceed-needed'] as const),
    );
    expectProblem(await ask('PUT', `${path}/sections`, { sections: [bag('1', '9', 1)] }), 422, 'lot-not-found');
  });

  it('takes the steps of a Digital Designer model', async () => {
    const { body } = await ask('GET', `${await track(DESIGNER, 'hut.lxfml')}/sections`);
    const { sections } = sectionsReply.parse(body);
    expect(sections.map(({ name, lots }) => [name, lots.map(({ colour, needed }) => [colour, needed])])).to.deep.equal([
      ['1', [['4', 1]]],
      ['2', [['0', 2]]],
    ]);
  });

  it('shows nobody else the sections', async () => {
    const stranger = apiAs(platform, `stranger-${randomUUID()}`);
    expectProblem(await stranger('GET', `${path}/sections`), 404, 'item-not-found');
    expectProblem(await stranger('PUT', `${path}/sections`, { sections: [] }), 404, 'item-not-found');
  });
});
