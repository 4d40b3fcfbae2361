import { expect } from 'chai';
import type { Express } from 'express';
import request from 'supertest';
import { newId } from '@lego-moc/application/new-id';
import { createApi } from '@lego-moc/http/api';
import { setCaller } from '@lego-moc/http/caller';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { silentLogger } from '@lego-moc/logger/logger';
import { createMetrics } from '@lego-moc/metrics/metrics';
import { parseFile } from '../../application/parse-file.ts';
import type { PriceBook } from '../../application/ports/price-book.ts';
import { countListNeeds, estimateLists } from '../../application/prices/estimate-lists.ts';
import type { AttemptId, JobId } from '../../domain/file-job-events.ts';
import type { LatestPrice } from '../../domain/prices/estimate.ts';
import { inMemoryParsing, type InMemoryParsing } from '../../testing/in-memory-ports.ts';
import { storedLot } from '../../testing/stored-lots.ts';
import { estimateRoutes } from './estimate.route.ts';
import { CONTRACTS } from './routes.ts';
import { findVisibleJob } from './visible-job.ts';

const NOW = '2026-01-10T12:00:00.000Z' as Instant;
const unit = { minimum: 1_000, average: 3_000, quantityAverage: 2_500, maximum: 5_000 };
/** BrickLink's red is colour 5. */
const PRICE: LatestPrice = {
  ...{ itemType: 'P', number: '3001', colour: 5, currency: 'EUR', observedAt: NOW },
  figures: { offers: 9, pieces: 1_000, unit },
};

describe('the HTTP API for estimates', () => {
  let world: InMemoryParsing;
  let pricesOf: Record<string, readonly LatestPrice[]>;
  let api: Express;

  const typeOf = ({ body }: { body: unknown }): string => (body as { type: string }).type.split(':').at(-1) ?? '';
  const completedJob = async (): Promise<JobId> => {
    const jobId = await world.submit('Part,Color,Quantity\n3001,4,4\n');
    const cause = { commandId: newId(), correlationId: newId(), actor: 'ada' };
    await parseFile(world)(jobId, newId() as AttemptId, cause);
    return jobId;
  };

  beforeEach(() => {
    world = inMemoryParsing();
    pricesOf = {};
    const lots = async function* () {
      yield await Promise.resolve([storedLot()]);
    };
    const book: Pick<PriceBook, 'latest'> = { latest: (reader) => Promise.resolve(pricesOf[reader] ?? []) };
    api = createApi({
      ...{ service: 'file-processing', logger: silentLogger, contracts: CONTRACTS, checkReplies: true },
      metrics: createMetrics('file-processing', { processMetrics: false }),
      routes: [
        (incoming, _response, next) => {
          const service = incoming.get('x-test-service');
          const user = { id: (incoming.get('x-test-user') ?? 'ada') as UserId, roles: [] };
          setCaller(incoming, service === undefined ? { user } : { service });
          next();
        },
        estimateRoutes({
          find: findVisibleJob(world.load),
          estimate: estimateLists(countListNeeds(lots), book, () => NOW),
        }),
      ],
    });
  });

  it('answers no-prices without any sum when the reader has no price', async () => {
    pricesOf = { bob: [PRICE] };
    const reply = await request(api)
      .get(`/v1/jobs/${await completedJob()}/estimate`)
      .expect(200);
    expect(reply.body).to.include({ status: 'no-prices', lots: 1, pieces: 4, coveredPieces: 0, currency: null });
    expect(reply.body).not.to.have.any.keys('low', 'expected', 'high');
  });

  it('answers with sums of decimal amounts in the currency of the prices', async () => {
    pricesOf = { ada: [PRICE] };
    const reply = await request(api)
      .get(`/v1/jobs/${await completedJob()}/estimate`)
      .expect(200);
    expect(reply.body).to.include({
      ...{ status: 'estimated', low: '0.4000', expected: '1.0000', high: '2.0000', currency: 'EUR' },
      ...{ coveredLots: 1, coveredPieces: 4, staleLots: 0, oldestPriceAt: NOW },
    });
  });

  it('answers 404 for the job of another user, 409 before it is read and 400 for a currency that there is not', async () => {
    const path = `/v1/jobs/${await completedJob()}/estimate`;
    const foreign = await request(api).get(path).set('x-test-user', 'bob').expect(404);
    expect(typeOf(foreign)).to.equal('job-not-found');
    const queuedId = await world.submit('Part,Color,Quantity\n3001,4,4\n');
    expect(typeOf(await request(api).get(`/v1/jobs/${queuedId}/estimate`).expect(409))).to.equal('job-not-completed');
    await request(api).get(`${path}?currency=XYZ`).expect(400);
  });

  it('adds lists up for a service by the prices of the reader, each list once', async () => {
    pricesOf = { bob: [PRICE] };
    const [first, second] = [await completedJob(), await completedJob()];
    const reply = await request(api)
      .get(`/v1/combined-lists/estimate?reader=bob&jobs=${first},${second},${first}`)
      .set('x-test-service', 'moc-management')
      .expect(200);
    expect(reply.body).to.include({ status: 'estimated', lots: 2, pieces: 8, expected: '2.0000' });
  });

  it('refuses combined lists to users, and when one of them is not read', async () => {
    const query = `reader=ada&jobs=${await completedJob()},${await world.submit('Part,Color,Quantity\n3001,4,4\n')}`;
    await request(api).get(`/v1/combined-lists/estimate?${query}`).expect(403);
    const reply = await request(api)
      .get(`/v1/combined-lists/estimate?${query}`)
      .set('x-test-service', 'moc-management')
      .expect(409);
    expect(typeOf(reply)).to.equal('job-not-completed');
  });
});
