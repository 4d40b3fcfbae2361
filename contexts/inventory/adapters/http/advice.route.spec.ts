import { expect } from 'chai';
import type { RequestHandler } from 'express';
import request from 'supertest';
import { newId } from '@lego-moc/application/new-id';
import { createApi } from '@lego-moc/http/api';
import { setCaller } from '@lego-moc/http/caller';
import type { UserId } from '@lego-moc/kernel/message';
import { silentLogger } from '@lego-moc/logger/logger';
import { createMetrics } from '@lego-moc/metrics/metrics';
import { adviceReply } from '../../contracts/advice-api.ts';
import type { KnownColour } from '../../domain/advice/colour-advice.ts';
import type { Wish } from '../../domain/advice/wishes.ts';
import { lotKeyOf } from '../../domain/lots.ts';
import { adviceRoute, readAdvice } from './advice.route.ts';
import { questionsInFlight } from './questions-in-flight.ts';

const mocId = newId();
const red = { lot: lotKeyOf({ kind: 'part', number: '3001', colour: '4' }), quantity: 5 };
const colour = (id: string, amount: string): KnownColour => ({
  ...{ colour: id, name: id, elements: 1, sets: 50, price: { amount, currency: 'EUR' } },
});

/** A MOC of five red bricks, of which ada has one; `red` costs 0.30 and tan less, as long as `prices` says so. */
const begin = (release = 'r1', wishes: readonly Wish[] = []) => {
  const prices = { tan: '0.1000' };
  const moc = {
    ...{ mocId, title: 'Crane', revision: '3', uncountedLists: 0 },
    lists: [{ partsListId: 'list', jobId: 'job' }],
  };
  const signIn: RequestHandler = (incoming, _response, next) => {
    setCaller(incoming, { user: { id: 'ada' as UserId, roles: [] } });
    next();
  };
  const app = createApi({
    ...{ service: 'inventory', logger: silentLogger, contracts: [readAdvice], checkReplies: true },
    metrics: createMetrics('inventory', { processMetrics: false }),
    routes: [
      signIn,
      adviceRoute({
        mocs: {
          some: (ids) => Promise.resolve(new Map(ids.includes(mocId) ? [[mocId, moc]] : [])),
          page: () => Promise.resolve('invalid-cursor'),
        },
        readLots: () => Promise.resolve(new Map([['job', [red]]])),
        facts: { current: () => Promise.resolve({ release: 'r1', facts: { graph: new Map(), families: new Map() } }) },
        ownedPieces: {
          of: () =>
            Promise.resolve({
              revision: '1',
              lots: [{ holding: 'bin', part: '3001', colour: '4', quantity: 1, reservedFor: null }],
            }),
        },
        colours: {
          of: () =>
            Promise.resolve({
              releases: [release],
              byPart: new Map([['3001', [colour('4', '0.3000'), colour('19', prices.tan)]]]),
            }),
        },
        sets: {
          contents: (setNumber) =>
            Promise.resolve(setNumber === '6080-1' ? { release, setNumber, version: 1, lots: [red] } : undefined),
        },
        wishes: { all: () => Promise.resolve(wishes) },
        answerInTurn: questionsInFlight(),
      }),
    ],
  });
  const ask = (body: object) => request(app).post('/v1/inventory/advice').send(body);
  return { ask, prices };
};

describe('POST /v1/inventory/advice', () => {
  it('names the colour that is cheaper by the prices of the caller, and what one more set would bring', async () => {
    const { ask } = begin();
    const { body } = (await ask({ mocs: [{ mocId }], sets: ['6080-1'] }).expect(200)) as { readonly body: unknown };
    const { missingPieces, lots, sets } = adviceReply.parse(body);
    expect(missingPieces).to.equal(4);
    expect(lots).to.have.length(1);
    expect(lots[0]).to.deep.include({
      ...{ number: '3001', colour: '4', quantity: 4, reason: 'cheaper-colour' },
      ...{ price: { amount: '0.3000', currency: 'EUR' }, otherColoursLeftOut: 0 },
    });
    expect(lots[0]?.otherColours).to.deep.equal([
      {
        ...{ colour: '19', name: '19', elements: 1, sets: 50, isCheaper: true },
        price: { amount: '0.1000', currency: 'EUR' },
      },
    ]);
    expect(sets).to.have.length(1);
    expect(sets[0]).to.include({ setNumber: '6080-1', pieces: 4, percentage: 100 });
    expect(sets[0]?.progress.pieces.percentage).to.equal(100);
  });

  it('has another ETag when a price changes, and no advice when no colour is cheaper', async () => {
    const { ask, prices } = begin();
    const question = { mocs: [{ mocId }] };
    const first = await ask(question).expect(200);
    expect((await ask(question)).headers['etag']).to.equal(first.headers['etag']);
    prices.tan = '0.3500';
    const second = await ask(question).expect(200);
    expect(second.headers['etag']).not.to.equal(first.headers['etag']);
    expect(adviceReply.parse(second.body).lots).to.deep.equal([]);
  });

  it('asks about the MOCs that wishes link to, and weighs the sets that they name', async () => {
    const wish = (productLink: string, title = 'A wish') => ({ title, productLink });
    const tooMany = Array.from({ length: 30 }, (_, index) => wish('', `Set ${String(50_000 + index)}`));
    const mocWish = wish(`https://example.com/mocs/${mocId}`);
    const wishes = [
      wish('https://example.com/sets/6080-1'),
      mocWish,
      mocWish,
      wish(`https://example.com/mocs/${newId()}`),
    ];
    const { ask } = begin('r1', [...wishes, ...tooMany]);
    const { body } = (await ask({ wishlist: true }).expect(200)) as { readonly body: unknown };
    const { missingPieces, sets, setsWithoutInventory, setsLeftOut } = adviceReply.parse(body);
    expect(missingPieces).to.equal(4);
    expect(sets.map(({ setNumber, pieces }) => [setNumber, pieces])).to.deep.equal([['6080-1', 4]]);
    expect([setsWithoutInventory.length, setsLeftOut]).to.deep.equal([19, 11]);
    await ask({ mocs: [{ mocId }], sets: ['6080-1'], wishlist: true }).expect(200);
    await ask({}).expect(400);
    await begin('r1', tooMany).ask({ wishlist: true }).expect(409);
  });

  it('answers 404 for an unknown MOC or set, by its place, 409 after an import, and 400 for a set named twice', async () => {
    const { ask } = begin();
    const mocs = [{ mocId }];
    await ask({ mocs: [{ mocId: newId() }] }).expect(404);
    const refusal = await ask({ mocs, sets: ['6080-1', '1-1'] }).expect(404);
    expect(refusal.body).to.have.nested.property('errors[0].pointer', '/sets/1');
    await ask({ mocs, sets: ['6080-1', '6080-1'] }).expect(400);
    const conflict = await begin('r2').ask({ mocs }).expect(409);
    expect(conflict.headers['retry-after']).to.equal('1');
  });
});
