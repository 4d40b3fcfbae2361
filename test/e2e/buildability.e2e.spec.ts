import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { pollUntil } from '@lego-moc/application/poll-until';
import { buildabilityReply, buildableReply } from '@lego-moc/inventory/contracts/buildability-api';
import { awaitCounts } from '@lego-moc/local/demo-steps';
import { mocReply, type MocReply } from '@lego-moc/moc-management/contracts/http-api';
import { searchPage } from '@lego-moc/search/contracts/http-api';
import { apiAs, expectProblem, type Api } from './api.ts';
import { PLATFORM_WITHIN_MS, sharedPlatform, type TestPlatform } from './platform.ts';

/** Red is 4, dark red 320, tan 19. */
const LIST = 'Part,Color,Quantity\n3001,4,4\n3003,19,2\n';
const PDF = new Blob(['%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n'], { type: 'application/pdf' });
const ITEMS = '/api/inventory/items';
const pieces = (number: string, colour: string, quantity: number) => ({ number, colour, quantity });

describe('asking what can be built, through the gateway', function () {
  this.timeout(2 * PLATFORM_WITHIN_MS);
  let platform: TestPlatform;
  let builder: string;
  let ask: Api;

  before(async () => {
    platform = await sharedPlatform();
  });
  beforeEach(() => {
    builder = `builder-${randomUUID()}`;
    ask = apiAs(platform, builder);
  });

  const uploadMoc = async (rows = LIST): Promise<MocReply> => {
    const body = new FormData();
    body.set('title', randomUUID());
    body.set('instructionsFile', PDF, 'steps.pdf');
    body.set('partsLists', new Blob([rows]), 'mill.csv');
    const headers = { authorization: `Bearer ${await platform.token(builder)}` };
    const reply = await fetch(`${platform.url}/api/mocs/with-files`, { method: 'POST', headers, body });
    const gateway = await platform.signedInAs(builder);
    return awaitCounts(gateway, mocReply.parse(await reply.json()), () => undefined);
  };
  const own = async (source: object, lots: readonly object[], title = 'Box'): Promise<void> => {
    const { headers } = await ask('POST', ITEMS, { source, title, lots });
    const path = headers.get('location') ?? '';
    expect((await ask('POST', `${path}/entries`, { lots })).status).to.equal(200);
  };
  const ownLoose = (...lots: readonly object[]) => own({ kind: 'loose', id: randomUUID() }, lots);
  const checkOnce = async (body: object, isDone: (reply: ReturnType<typeof buildabilityReply.parse>) => boolean) =>
    pollUntil(
      'the answer',
      async () => buildabilityReply.parse((await ask('POST', '/api/buildability', body)).body),
      isDone,
    );
  const availableIs = (available: number) => (reply: ReturnType<typeof buildabilityReply.parse>) =>
    reply.progress.pieces.available === available;

  it('says which pieces serve a MOC, from where, what is missing, and which pieces a wider tolerance would take', async () => {
    const { mocId } = await uploadMoc();
    await ownLoose(pieces('3001', '4', 3), pieces('3001', '320', 5));
    const reply = await checkOnce({ mocs: [{ mocId }] }, availableIs(3));
    expect(reply.progress).to.deep.equal({
      lots: { needed: 2, available: 0, percentage: 0 },
      pieces: { needed: 6, available: 3, percentage: 50 },
    });
    const [moc] = reply.mocs;
    const [brick] = moc!.lots;
    expect(brick).to.deep.include({
      ...{ kind: 'part', number: '3001', colour: '4', needed: 4, available: 3, hidden: false },
      sources: [
        {
          ...{
            kind: 'part',
            number: '3001',
            colour: '4',
            quantity: 3,
            path: [],
            colourDifference: 'same',
            risk: 'none',
          },
          places: [{ holding: 'Box', quantity: 3 }],
        },
      ],
    });
    expect(
      brick!.others.map(({ colour, colourDifference, reason }) => [colour, colourDifference, reason]),
    ).to.deep.equal([['320', 'family', 'outside-tolerance']]);
    const wide = { mocs: [{ mocId, tolerance: { colour: 'family' } }] };
    const { mocs: wider } = await checkOnce({ ...wide, show: 'missing' }, availableIs(4));
    expect(wider[0]!.lots.map(({ number }) => number)).to.deep.equal(['3003']);
    const hiddenBrick = { mocs: [{ mocId, lots: [{ number: '3001', colour: '4', hidden: true }] }] };
    expect((await checkOnce(hiddenBrick, availableIs(4))).mocs[0]!.lots[0]!.sources.map(({ risk }) => risk)).to.include(
      'low',
    );
  });

  it('takes pieces of the own stock, and names the place', async () => {
    const { mocId } = await uploadMoc();
    await ask('POST', '/api/inventory/stock/entries', { location: 'Bin 7', lots: [pieces('3003', '19', 2)] });
    const { mocs } = await checkOnce({ mocs: [{ mocId }] }, availableIs(2));
    expect(mocs[0]!.lots[1]!.sources.flatMap(({ places }) => places)).to.deep.equal([
      { holding: 'Bin 7', quantity: 2 },
    ]);
  });

  it('pins the answer: the ETag stays until the pieces differ', async () => {
    const { mocId } = await uploadMoc();
    const etag = async () => (await ask('POST', '/api/buildability', { mocs: [{ mocId }] })).headers.get('etag');
    const before = await etag();
    expect(await etag()).to.equal(before);
    await ownLoose(pieces('3001', '4', 1));
    await pollUntil('another ETag', etag, (after) => after !== before);
  });

  it('serves the first of two MOCs first, and keeps what is reserved for another list unless told otherwise', async () => {
    const [first, second] = [await uploadMoc(), await uploadMoc('Part,Color,Quantity\n3001,4,2\n')];
    const [{ partsListId, jobId }] = second.partsLists as [MocReply['partsLists'][number]];
    await ownLoose(pieces('3001', '4', 5));
    const mocs = [{ mocId: first.mocId }, { mocId: second.mocId }];
    const bothMocs = await checkOnce({ mocs }, availableIs(5));
    expect(bothMocs.mocs.map(({ progress }) => progress.pieces.available)).to.deep.equal([4, 1]);

    const { headers } = await ask('POST', ITEMS, { source: { kind: 'parts-list', id: partsListId }, jobId });
    await ask('POST', `${headers.get('location') ?? ''}/entries`, { lots: [pieces('3001', '4', 2)] });
    const withList = await checkOnce({ mocs }, availableIs(6));
    expect(withList.mocs.map(({ progress }) => progress.pieces.available)).to.deep.equal([4, 2]);
    const thirsty = await uploadMoc('Part,Color,Quantity\n3001,4,9\n');
    const question = { mocs: [{ mocId: thirsty.mocId }] };
    expect(
      (await checkOnce(question, availableIs(5))).mocs[0]!.lots[0]!.others.map(({ reason }) => reason),
    ).to.deep.equal(['reserved']);
    await checkOnce({ ...question, reservations: 'ignore' }, availableIs(7));
  });

  it('answers 404 for a private MOC of someone else, and 409 for one without a counted list', async () => {
    const { mocId } = await uploadMoc();
    const stranger = apiAs(platform, `builder-${randomUUID()}`);
    const question = { mocs: [{ mocId }] };
    expectProblem(await stranger('POST', '/api/buildability', question), 404, 'moc-not-found', '/mocs/0/mocId');
    expect((await ask('PUT', `/api/mocs/${mocId}/publication`)).status).to.equal(204);
    expect((await stranger('POST', '/api/buildability', question)).status).to.equal(200);
    const { mocId: emptyMocId } = (await ask('POST', '/api/mocs', { title: randomUUID() })).body as MocReply;
    const mocs = [{ mocId }, { mocId: emptyMocId }];
    expectProblem(await ask('POST', '/api/buildability', { mocs }), 409, 'parts-not-counted', '/mocs/1/mocId');
    const stray = { mocs: [{ mocId, lots: [{ number: 'none' }] }] };
    expectProblem(await ask('POST', '/api/buildability', stray), 422, 'lot-not-found', '/mocs/0/lots/0');
    expectProblem(
      await ask('POST', '/api/buildability', { mocs: [...mocs, ...mocs] }),
      400,
      'invalid-request',
      '/mocs',
    );
  });

  it('ranks the own MOCs by what can be built of each alone', async () => {
    const [half, whole] = [await uploadMoc(), await uploadMoc('Part,Color,Quantity\n3001,4,3\n')];
    await ownLoose(pieces('3001', '4', 3));
    const { mocs, nextCursor } = await pollUntil(
      'the ranking',
      async () => buildableReply.parse((await ask('GET', '/api/inventory/buildable?relations=mould,print')).body),
      (reply) => reply.mocs[0]?.progress.pieces.percentage === 100,
    );
    expect(nextCursor).to.equal(null);
    expect(mocs.map(({ mocId, progress }) => [mocId, progress.pieces.percentage])).to.deep.equal([
      [whole.mocId, 100],
      [half.mocId, 50],
    ]);
    expectProblem(await ask('GET', '/api/inventory/buildable?cursor=none'), 400, 'cursor-invalid');
  });

  it('filters a search by what can be built', async () => {
    const [half, whole] = [await uploadMoc(), await uploadMoc('Part,Color,Quantity\n3001,4,3\n')];
    await ownLoose(pieces('3001', '4', 3));
    const findMocs = async (least: number) => {
      const { body } = await ask('GET', `/api/search?q=by:me&buildable=${String(least)}`);
      const { items, degraded } = searchPage.parse(body);
      expect(degraded).to.equal(undefined);
      return items.flatMap((item) => (item.type === 'moc' ? [[item.mocId, item.buildablePercentage]] : []));
    };
    const rankedMocs = [
      [whole.mocId, 100],
      [half.mocId, 50],
    ];
    await pollUntil(
      'both MOCs are indexed and the pieces counted',
      () => findMocs(50),
      (mocs) => JSON.stringify(mocs) === JSON.stringify(rankedMocs),
    );
    expect(await findMocs(51)).to.deep.equal([[whole.mocId, 100]]);
    const countsFor = async (least: number) => {
      const { body } = await ask('GET', `/api/search?q=by:me&buildable=${String(least)}&facets=by`);
      const { facets, facetsPartial } = searchPage.parse(body);
      // Names of others are counted beside one's own, which has the most.
      return [facets?.by?.[0]?.count, facetsPartial];
    };
    expect(await countsFor(50)).to.deep.equal([2, undefined]);
    expect(await countsFor(51)).to.deep.equal([1, undefined]);
  });
});
