import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { pollUntil } from '@lego-moc/application/poll-until';
import { devUserId } from '@lego-moc/embedded-identity/issue-token';
import { importReply } from '@lego-moc/inventory/contracts/imports-api';
import {
  entriesReply,
  holdingLotsReply,
  holdingReply,
  holdingsReply,
  moveReply,
  stockReply,
  stockSummaryReply,
  type HoldingReply,
} from '@lego-moc/inventory/contracts/stock-api';
import { awaitCounts } from '@lego-moc/local/demo-steps';
import { mocReply } from '@lego-moc/moc-management/contracts/http-api';
import { apiAs, expectProblem, type Api } from './api.ts';
import { PLATFORM_WITHIN_MS, sharedPlatform, type TestPlatform } from './platform.ts';

const STOCK = '/api/inventory/stock';
const IMPORTS = '/api/inventory/imports';
/** A spare, and a line without a quantity. */
const LIST = 'Part,Color,Quantity,Is Spare\n3001,4,5,False\n3005,0,3,False\n3005,0,1,True\n3003,1,x,False\n';
const PDF = new Blob(['%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n'], { type: 'application/pdf' });
const red = (quantity: number) => ({ number: '3001', colour: '4', quantity });
const castle = (quantity: number) => ({ kind: 'set', number: '6080-1', quantity });

describe('the own pieces of a builder, through the gateway', function () {
  this.timeout(2 * PLATFORM_WITHIN_MS);
  let platform: TestPlatform;
  let builder: string;
  let ask: Api;

  before(async () => {
    platform = await sharedPlatform();
  });
  beforeEach(() => {
    builder = `owner-${randomUUID()}`;
    ask = apiAs(platform, builder);
  });

  const holdingOf = async (pending: ReturnType<Api>): Promise<HoldingReply> => {
    const { status, body } = await pending;
    expect(status, JSON.stringify(body)).to.equal(200);
    return holdingReply.parse(body);
  };
  const enter = (location: string | null, lots: readonly object[], headers = {}) =>
    ask('POST', `${STOCK}/entries`, { location, lots }, headers);
  const stockOnce = (query: string, isDone: (stock: ReturnType<typeof stockReply.parse>) => boolean) =>
    pollUntil('the stock', async () => stockReply.parse((await ask('GET', `${STOCK}${query}`)).body), isDone);
  const uploadList = async (): Promise<string> => {
    const body = new FormData();
    body.set('title', randomUUID());
    body.set('instructionsFile', PDF, 'steps.pdf');
    body.set('partsLists', new Blob([LIST]), 'mill.csv');
    const headers = { authorization: `Bearer ${await platform.token(builder)}` };
    const reply = await fetch(`${platform.url}/api/mocs/with-files`, { method: 'POST', headers, body });
    const gateway = await platform.signedInAs(builder);
    const moc = await awaitCounts(gateway, mocReply.parse(await reply.json()), () => undefined);
    return moc.partsLists[0]?.jobId ?? '';
  };
  const lotsIn = async (holdingId: string, query = '') =>
    holdingLotsReply.parse((await ask('GET', `${STOCK}/holdings/${holdingId}/lots${query}`)).body);

  it('keeps pieces by place, once for each Idempotency-Key, and sums them up by piece', async () => {
    const key = { 'idempotency-key': randomUUID() };
    const bin = await holdingOf(enter('Bin 7', [red(5), castle(1)], key));
    expect(bin).to.include({ location: 'Bin 7', lots: 2, pieces: 6 });
    expect(await holdingOf(enter('Bin 7', [red(5), castle(1)], key))).to.deep.equal(bin);
    await holdingOf(enter(null, [red(2)]));
    expectProblem(await enter('Bin 7', [castle(1), red(-6)]), 409, 'not-enough-pieces', '/lots');
    expect((await lotsIn(bin.holdingId)).lots).to.deep.equal([
      { kind: 'part', number: '3001', colour: '4', quantity: 5 },
      { kind: 'set', number: '6080-1', colour: null, quantity: 1 },
    ]);
    expect((await lotsIn(bin.holdingId, '?limit=1')).nextCursor).to.equal('part:3001:4');

    const { pieces } = await stockOnce('?number=3001', (stock) => stock.pieces[0]?.quantity === 7);
    expect(pieces[0]?.places.map(({ location, quantity }) => [location, quantity])).to.deep.equal([
      [null, 2],
      ['Bin 7', 5],
    ]);
    const first = await stockOnce('?limit=1', ({ nextCursor }) => nextCursor !== null);
    const second = await stockOnce(`?limit=1&cursor=${first.nextCursor ?? ''}`, () => true);
    expect(second.pieces.map(({ number }) => number)).to.deep.equal(['6080-1']);
    expect((await stockOnce('?location=Bin%207&kind=part', () => true)).pieces).to.have.length(1);

    const summary = await ask('GET', `${STOCK}/summary`);
    const counts = stockSummaryReply.parse(summary.body);
    expect(counts).to.include({ holdings: 2, lots: 2, parts: 7, sets: 1, minifigs: 0 });
    const lastTag = { 'if-none-match': summary.headers.get('etag') ?? '' };
    expect((await ask('GET', `${STOCK}/summary`, undefined, lastTag)).status).to.equal(304);
    const { holdings } = holdingsReply.parse((await ask('GET', `${STOCK}/holdings`)).body);
    expect(holdings.map(({ location, pieces: count }) => [location, count])).to.deep.equal([
      [null, 2],
      ['Bin 7', 6],
    ]);
  });

  it('keeps minifigs beside parts and sets', async () => {
    const figure = (quantity: number) => ({ kind: 'minifig', number: 'fig-000001', quantity });
    await holdingOf(enter('Showcase', [figure(2), castle(1), red(3)]));
    await holdingOf(enter('Showcase', [figure(-1)]));
    const { pieces } = await stockOnce('?kind=minifig', (stock) => stock.pieces[0]?.quantity === 1);
    expect(pieces[0]).to.include({ kind: 'minifig', number: 'fig-000001', colour: null });
    const { body } = await ask('GET', `${STOCK}/summary`);
    expect(stockSummaryReply.parse(body)).to.include({ minifigs: 1, sets: 1, parts: 3 });
  });

  it('gives the pieces of a place as a file for another program', async () => {
    await holdingOf(enter('Bin 7', [red(5)]));
    await stockOnce('?location=Bin%207', ({ pieces }) => pieces.length === 1);
    const { status, body } = await ask('GET', `${STOCK}/export?target=bricklink-xml&location=Bin%207`);
    expect(status).to.equal(200);
    expect(String(body)).to.match(/<ITEMID>3001<\/ITEMID>[^]*<COLOR>5<\/COLOR>[^]*<MINQTY>5<\/MINQTY>/);
  });

  it('moves pieces between places, and sets a lot to the quantity that was counted', async () => {
    const bin = await holdingOf(enter('Bin 7', [red(5)]));
    const move = await ask('POST', `${STOCK}/moves`, { from: 'Bin 7', to: 'Shelf', lots: [red(3)] });
    const { from, to } = moveReply.parse(move.body);
    expect([from.pieces, to.pieces]).to.deep.equal([2, 3]);
    expectProblem(
      await ask('POST', `${STOCK}/moves`, { from: 'Bin 7', to: 'Shelf', lots: [red(3)] }),
      ...([409, 'not-enough-pieces', '/lots'] as const),
    );
    expectProblem(
      await ask('POST', `${STOCK}/moves`, { from: 'Shelf', to: 'Shelf', lots: [red(1)] }),
      ...([400, 'invalid-request', '/to'] as const),
    );
    const correction = { location: 'Shelf', reason: 'One was under the shelf', lots: [red(4)] };
    expect(await holdingOf(ask('POST', `${STOCK}/corrections`, correction))).to.include({ pieces: 4 });
    const journal = await ask('GET', `${STOCK}/holdings/${to.holdingId}/entries`);
    const { entries } = entriesReply.parse(journal.body);
    expect(entries.map(({ kind, otherLocation, lots }) => [kind, otherLocation, lots[0]?.quantity])).to.deep.equal([
      ['moved-in', 'Bin 7', 3],
      ['corrected', null, 1],
    ]);
    await stockOnce('', ({ pieces }) => pieces[0]?.quantity === 6);
    expect(bin.holdingId).to.equal(from.holdingId);
  });

  it('reverses an entry by a counter-entry, once, and accepts a change to the seen revision only', async () => {
    const reply = await enter('Bin 7', [red(5)]);
    const { holdingId } = holdingReply.parse(reply.body);
    const lastTag = { 'if-match': reply.headers.get('etag') ?? '' };
    expect((await enter('Bin 7', [red(1)], lastTag)).status).to.equal(200);
    expectProblem(await enter('Bin 7', [red(1)], lastTag), 412, 'revision-moved');

    const path = `${STOCK}/holdings/${holdingId}/entries`;
    const { entries } = entriesReply.parse((await ask('GET', `${path}?limit=1`)).body);
    const entry = `${path}/${entries[0]?.entryId ?? ''}`;
    expect((await ask('DELETE', `${entry}?reason=Typing+error`)).status).to.equal(204);
    expect((await ask('DELETE', entry)).status).to.equal(204);
    expect((await lotsIn(holdingId)).lots.map(({ quantity }) => quantity)).to.deep.equal([1]);
    expectProblem(await ask('DELETE', `${path}/${randomUUID()}`), 404, 'entry-not-found');
    const stranger = apiAs(platform, `owner-${randomUUID()}`);
    expectProblem(await stranger('GET', `${STOCK}/holdings/${holdingId}`), 404, 'holding-not-found');
    expectProblem(await stranger('DELETE', entry), 404, 'holding-not-found');
  });

  it('imports the lots of a file once, spares included, and undoes it as far as the pieces are there', async () => {
    const jobId = await uploadList();
    const start = await ask('POST', IMPORTS, { jobId, location: 'Sorted' });
    expect(start.status, JSON.stringify(start.body)).to.equal(202);
    const path = start.headers.get('location') ?? '';
    const importOnce = (status: string) =>
      pollUntil(
        `the import is ${status}`,
        async () => importReply.parse((await ask('GET', path)).body),
        (result) => result.status === status,
      );
    const result = await importOnce('completed');
    expect(result).to.include({ lots: 2, pieces: 9, skippedLots: 1, location: 'Sorted' });
    expect((await ask('POST', IMPORTS, { jobId, location: 'Sorted' })).body).to.deep.equal(result);
    expectProblem(await ask('POST', IMPORTS, { jobId }), 409, 'import-elsewhere');
    expectProblem(await ask('POST', IMPORTS, { jobId: randomUUID() }), 404, 'job-not-found', '/jobId');
    const stranger = apiAs(platform, `owner-${randomUUID()}`);
    expectProblem(await stranger('POST', IMPORTS, { jobId }), 404, 'job-not-found', '/jobId');
    expectProblem(await stranger('DELETE', path), 404, 'import-not-found');

    expect((await enter('Sorted', [red(-1)])).status).to.equal(200);
    for (const status of [202, 202]) expect((await ask('DELETE', path)).status).to.equal(status);
    expect((await importOnce('undone')).undo).to.deep.equal({ pieces: 8, lackingPieces: 1 });
    await stockOnce('', ({ pieces }) => pieces.length === 0);
  });

  it('erases the pieces of an erased user, who adds nothing afterwards', async () => {
    await ask('GET', '/api/users/me');
    const { holdingId } = await holdingOf(enter('Bin 7', [red(5)]));
    const erase = () => ask('DELETE', `/api/users/${devUserId(builder)}`);
    await pollUntil('the erasure', erase, ({ status }) => status < 300);
    const read = () => ask('GET', `${STOCK}/holdings/${holdingId}`);
    await pollUntil('the place is gone', read, ({ status }) => status === 404);
    await stockOnce('', ({ pieces }) => pieces.length === 0);
    expectProblem(await enter('Bin 7', [red(1)]), 410, 'owner-erased');
  });
});
