import { expect } from 'chai';
import type { RequestHandler } from 'express';
import request from 'supertest';
import { newId } from '@lego-moc/application/new-id';
import { createApi } from '@lego-moc/http/api';
import { setCaller } from '@lego-moc/http/caller';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { silentLogger } from '@lego-moc/logger/logger';
import { createMetrics } from '@lego-moc/metrics/metrics';
import { lotKeyOf, type LotQuantity } from '../../domain/lots.ts';
import { readLots } from '../../application/list-lots.ts';
import { BUILDABILITY_CONTRACTS } from './buildability-contracts.ts';
import { buildabilityRoutes } from './buildability.route.ts';
import { questionsInFlight } from './questions-in-flight.ts';

const mocId = newId();
const now = () => '2026-01-01T12:00:00.000Z' as Instant;
const red = { lot: lotKeyOf({ kind: 'part', number: '3001', colour: '4' }), quantity: 5 };

/** A MOC of five red bricks, whose list file processing gives once `release` is called. */
const begin = () => {
  const { promise: answer, resolve } = Promise.withResolvers<readonly LotQuantity[]>();
  const storedLists = new Map<string, readonly LotQuantity[]>();
  const moc = {
    ...{ mocId, title: 'Crane', revision: '3', uncountedLists: 0 },
    lists: [{ partsListId: 'list', jobId: 'job' }],
  };
  const signIn: RequestHandler = (incoming, _response, next) => {
    setCaller(incoming, { user: { id: 'ada' as UserId, roles: [] } });
    next();
  };
  const app = createApi({
    ...{ service: 'inventory', logger: silentLogger, contracts: BUILDABILITY_CONTRACTS, checkReplies: true },
    answerTimeouts: { requestMs: 20, uploadMs: 20 },
    metrics: createMetrics('inventory', { processMetrics: false }),
    routes: [
      signIn,
      buildabilityRoutes({
        mocs: {
          some: () => Promise.resolve(new Map([[mocId, moc]])),
          page: () => Promise.resolve('invalid-cursor'),
        },
        readLots: readLots({
          lists: { lots: () => answer },
          store: {
            of: () => Promise.resolve(storedLists),
            update: ({ jobId, lots }) => Promise.resolve(void storedLists.set(jobId, lots)),
            add: () => Promise.resolve(),
            remove: () => Promise.resolve(),
            outdated: () => Promise.resolve([]),
          },
          now,
        }),
        facts: { current: () => Promise.resolve({ release: 'r1', facts: { graph: new Map(), families: new Map() } }) },
        ownedPieces: { of: () => Promise.resolve({ revision: '1', lots: [] }) },
        scores: { of: () => Promise.resolve(new Map()), put: () => Promise.resolve() },
        answerInTurn: questionsInFlight(),
      }),
    ],
  });
  return {
    ask: () =>
      request(app)
        .post('/v1/buildability')
        .send({ mocs: [{ mocId }] }),
    release: () => resolve([red]),
    storedLists,
  };
};

describe('POST /v1/buildability', () => {
  it('says when to ask again where reading takes too long, and then answers from what was read meanwhile', async () => {
    const { ask, release, storedLists } = begin();
    const refusal = await ask().expect(503);
    expect(refusal.body).to.include({ type: 'urn:lego-moc:problem:temporarily-unavailable' });
    expect(Number(refusal.headers['retry-after'])).to.be.greaterThan(0);
    release();
    const { body } = (await ask().expect(200)) as { readonly body: { progress: { pieces: object } } };
    expect(body.progress.pieces).to.include({ needed: 5, percentage: 0 });
    expect([...storedLists.keys()]).to.deep.equal(['job']);
  });
});
