import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { pollUntil } from '@lego-moc/application/poll-until';
import { customPartReply } from '@lego-moc/file-processing/contracts/custom-part-api';
import { exportReport } from '@lego-moc/file-processing/contracts/export-api';
import { lotsReply } from '@lego-moc/file-processing/contracts/http-api';
import { importPartLinksReply, partLinkReply, partLinksReply } from '@lego-moc/file-processing/contracts/part-link-api';
import { awaitCounts, jobOf } from '@lego-moc/local/demo-steps';
import type { GatewayClient } from '@lego-moc/local/gateway-client';
import { mocReply, type MocReply } from '@lego-moc/moc-management/contracts/http-api';
import { PLATFORM_WITHIN_MS, sharedPlatform, type TestPlatform } from './platform.ts';
import { json, requestsAs } from './requests.ts';

/** A list rests for a minute after it was read, a sweep of each minute finds that, and the next one checks its lots. */
const RESOLVED_WITHIN_MS = 240_000;

const item = (number: string, quantity: number): string =>
  `<ITEM><ITEMTYPE>P</ITEMTYPE><ITEMID>${number}</ITEMID><COLOR>5</COLOR><MINQTY>${quantity}</MINQTY></ITEM>`;

describe('bringing a table of part numbers, through the gateway', function () {
  this.timeout(2 * PLATFORM_WITHIN_MS + RESOLVED_WITHIN_MS);
  let platform: TestPlatform;

  /** A user of their own, with their uploads. */
  const newBuilder = async () => {
    const name = `cross-walker-${randomUUID()}`;
    const gateway: GatewayClient = await platform.signedInAs(name);
    const send = requestsAs(platform, name);
    const upload = async (fileName: string, content: string): Promise<MocReply> => {
      const body = new FormData();
      body.set('title', randomUUID());
      body.set('partsLists', new Blob([content]), fileName);
      const reply = await send('/api/mocs/with-files', { method: 'POST', body });
      expect(reply.status).to.equal(201);
      return awaitCounts(gateway, mocReply.parse(await reply.json()), () => undefined);
    };
    const jobIdOf = ({ partsLists }: MocReply): string => partsLists[0]!.jobId;
    const lotsOf = async (moc: MocReply) =>
      (await gateway.get(`/api/jobs/${jobIdOf(moc)}/lots`, lotsReply)).lots.map(({ part, partRule }) => [
        ...[part, partRule?.rule, partRule?.provenance],
      ]);
    const importTable = async (csv: string) =>
      importPartLinksReply.parse(await (await send('/api/part-links', json('POST', { csv }))).json());
    return { gateway, send, upload, jobIdOf, lotsOf, importTable };
  };

  before(async () => {
    platform = await sharedPlatform();
  });

  it('reads and writes the next lists of its owner by it, and nobody else’s', async () => {
    const [ada, bob] = [await newBuilder(), await newBuilder()];
    const number = `PB-${randomUUID()}`;
    const table = `scheme,number,scheme,number,provenance\nbricklink,${number},rebrickable,3001,My notes\nbricklink,x,rebrickable,9.7E+03,\n`;
    expect(await ada.importTable(table)).to.deep.equal({
      ...{ added: 1, replaced: 0, unchanged: 0, missing: 0 },
      refused: {
        count: 1,
        first: [
          {
            ...{ line: 3, column: 4 },
            detail: 'A spreadsheet changed 9.7E+03; format the column as text and export it again.',
          },
        ],
      },
    });
    const list = `<INVENTORY>${item(number.toLowerCase(), 4)}${item('3001', 1)}</INVENTORY>`;
    expect(await ada.lotsOf(await ada.upload('wanted.xml', list))).to.deep.equal([
      ['3001', 'own-cross-walk', 'My notes'],
      ['3001', undefined, undefined],
    ]);
    expect((await bob.lotsOf(await bob.upload('wanted.xml', list)))[0]).to.deep.equal([null, undefined, undefined]);

    const writeList = async ({ gateway, send, upload, jobIdOf }: typeof ada) => {
      const path = `/api/jobs/${jobIdOf(await upload('mill.csv', 'Part,Color,Quantity\n3001,4,4\n'))}/export`;
      const { losses } = await gateway.get(`${path}/report?target=bricklink-xml`, exportReport);
      const xml = await (await send(`${path}?target=bricklink-xml`, {})).text();
      return [/<ITEMID>(.*)<\/ITEMID>/.exec(xml)?.[1], losses.map(({ code }) => code)];
    };
    expect(await writeList(ada)).to.deep.equal([number, []]);
    expect(await writeList(bob)).to.deep.equal(['3001', ['part-number-not-translated']]);
  });

  it('is listed, changed, deleted by number and as a whole', async () => {
    const { gateway, send, importTable } = await newBuilder();
    await importTable('bricklink,a,rebrickable,3001\nldraw,b,rebrickable,3005\nlego,c,rebrickable,3003\n');
    const { partLinks } = await gateway.get('/api/part-links', partLinksReply);
    expect(partLinks.map(({ scheme, part, provenance }) => [scheme, part, provenance])).to.deep.equal([
      ['bricklink', '3001', 'user'],
      ['ldraw', '3005', 'user'],
      ['lego', '3003', 'user'],
    ]);
    const [path, other] = partLinks.map(({ partLinkId }) => `/api/part-links/${partLinkId}`) as [string, string];
    const change = await send(path, json('PATCH', { part: '3010' }));
    expect([change.status, partLinkReply.parse(await change.json()).part]).to.deep.equal([200, '3010']);
    expect((await send(other, { method: 'DELETE' })).status).to.equal(204);
    expect((await send(other, {})).status).to.equal(404);
    expect((await send('/api/part-links', { method: 'DELETE' })).status).to.equal(204);
    expect((await gateway.get('/api/part-links', partLinksReply)).partLinks).to.deep.equal([]);
  });

  it('makes unknown lots of an earlier list known within minutes, as a custom part does, and its MOC counts them', async () => {
    const { gateway, send, upload, jobIdOf, lotsOf, importTable } = await newBuilder();
    const [linked, lamp] = [`PB-${randomUUID()}`, `Lamp-${randomUUID()}`];
    const moc = await upload('early.xml', `<INVENTORY>${item(linked, 4)}${item(lamp, 2)}</INVENTORY>`);
    expect((await jobOf(gateway, jobIdOf(moc))).result?.unknownParts.count).to.equal(2);
    await importTable(`bricklink,${linked},rebrickable,3001\n`);
    const reply = await send('/api/custom-parts', json('POST', { number: lamp, name: 'A lamp of brass' }));
    expect(customPartReply.parse(await reply.json()).number).to.equal(lamp);
    const { result } = await pollUntil(
      'no lot is unknown any more',
      () => jobOf(gateway, jobIdOf(moc)),
      (job) => job.result?.unknownParts.count === 0,
      RESOLVED_WITHIN_MS,
    );
    expect(result?.pieces).to.equal(6);
    expect(await lotsOf(moc)).to.deep.equal([
      ['3001', 'own-cross-walk', 'user'],
      [lamp, 'custom', 'A lamp of brass'],
    ]);
    await pollUntil(
      'the MOC has no unknown part',
      () => gateway.get(`/api/mocs/${moc.mocId}`, mocReply),
      ({ partsLists: [list] }) => list?.unknownParts === 0,
    );
  });
});
