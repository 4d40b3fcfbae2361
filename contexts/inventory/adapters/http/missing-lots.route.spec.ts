import { Readable } from 'node:stream';
import { expect } from 'chai';
import type { RequestHandler } from 'express';
import request from 'supertest';
import { createApi } from '@lego-moc/http/api';
import { setCaller } from '@lego-moc/http/caller';
import type { UserId } from '@lego-moc/kernel/message';
import { silentLogger } from '@lego-moc/logger/logger';
import { createMetrics } from '@lego-moc/metrics/metrics';
import type { PieceQuantity } from '../../application/ports/list-exporter.ts';
import type { ReadList } from '../../application/ports/parts-lists.ts';
import type { StockLot } from '../../domain/buildability/needs.ts';
import { lotKeyOf, type LotQuantity } from '../../domain/lots.ts';
import { MISSING_LOTS_CONTRACTS, missingLotsRoutes } from './missing-lots.route.ts';
import { questionsInFlight } from './questions-in-flight.ts';

const [JOB, LIST] = ['0190f3d0-0000-7000-8000-00000000000a', '0190f3d0-0000-7000-8000-00000000000b'];
const part = (number: string, colour: string | null, quantity: number): LotQuantity => ({
  ...{ lot: lotKeyOf({ kind: 'part', number, colour }), quantity },
});
const pile = (number: string, colour: string, quantity: number, reservedFor: string | null = null): StockLot => ({
  ...{ holding: 'stock', part: number, colour, quantity, reservedFor },
});
const LOTS = [part('3001', '4', 10), part('3003', '0', 2), part('3005', null, 1)];

const begin = (stock: readonly StockLot[], lots: readonly LotQuantity[] = LOTS, fileName = 'castle.xml') => {
  const files: { name: string; lots: readonly PieceQuantity[] }[] = [];
  const signIn: RequestHandler = (incoming, _response, next) => {
    setCaller(incoming, { user: { id: 'ada' as UserId, roles: [] } });
    next();
  };
  const app = createApi({
    ...{ service: 'inventory', logger: silentLogger, contracts: MISSING_LOTS_CONTRACTS, checkReplies: true },
    metrics: createMetrics('inventory', { processMetrics: false }),
    routes: [
      signIn,
      missingLotsRoutes({
        lists: {
          read: (jobId, owner): Promise<ReadList | 'no-such-job'> =>
            Promise.resolve(
              jobId === JOB && owner === 'ada'
                ? {
                    ...{ partsListId: LIST, fileName, lots, steps: [] },
                    origin: { jobId, contentHash: '', catalogueRelease: 'r' },
                  }
                : 'no-such-job',
            ),
        },
        facts: {
          current: () => Promise.resolve({ release: 'r1', facts: { graph: new Map(), families: new Map() } }),
        },
        ownedPieces: { of: () => Promise.resolve({ revision: '7', lots: stock }) },
        exporter: {
          report: () => Promise.reject(new Error('not asked for')),
          write: (name, pieces, target) => {
            files.push({ name, lots: pieces });
            if (target === 'ldraw') return Promise.resolve('nothing-to-export');
            return Promise.resolve({ headers: { 'content-type': 'text/csv' }, content: Readable.from([name]) });
          },
        },
        answerInTurn: questionsInFlight(),
      }),
    ],
  });
  const path = (jobId: string): string => `/v1/inventory/jobs/${jobId}/missing-lots`;
  return {
    files,
    read: (query = '', jobId = JOB) => request(app).get(`${path(jobId)}?${query}`),
    export: (query: string, jobId = JOB) => request(app).get(`${path(jobId)}/export?${query}`),
    missing: async (query = '') => {
      const { text } = await request(app)
        .get(`${path(JOB)}?${query}`)
        .expect(200);
      const { lots: missingLots } = JSON.parse(text) as { lots: PieceQuantity[] };
      return missingLots.map(({ number, colour, quantity }) => `${number}/${String(colour)} × ${String(quantity)}`);
    },
  };
};

describe('GET /v1/inventory/jobs/:jobId/missing-lots', () => {
  it('subtracts the own pieces, lot by lot', async () => {
    const { missing, read } = begin([pile('3001', '4', 7), pile('3003', '0', 2), pile('3002', '4', 9)]);
    expect(await missing()).to.deep.equal(['3001/4 × 3', '3005/null × 1']);
    expect((await read()).body).to.deep.include({
      ...{ catalogueRelease: 'r1', inventoryRevision: '7', export: null },
      progress: {
        lots: { needed: 3, available: 1, percentage: 33 },
        pieces: { needed: 13, available: 9, percentage: 69 },
      },
    });
  });

  it('counts pieces that were collected for the list, and leaves those of other lists alone unless asked otherwise', async () => {
    const [own, other] = [`parts-list:${LIST}`, 'parts-list:other'];
    const { missing } = begin([pile('3001', '4', 4, own), pile('3003', '0', 2, other)]);
    expect(await missing()).to.deep.equal(['3001/4 × 6', '3003/0 × 2', '3005/null × 1']);
    expect(await missing('reservations=ignore')).to.deep.equal(['3001/4 × 6', '3005/null × 1']);
  });

  it('takes other colours where the reader does', async () => {
    const { missing } = begin([pile('3001', '5', 10)]);
    expect(await missing('colour=any')).to.deep.equal(['3003/0 × 2', '3005/null × 1']);
  });

  it('gives what is missing as a file that is named after the list', async () => {
    const { export: write, files } = begin([pile('3001', '4', 7)]);
    const { headers, text } = await write('target=csv').expect(200);
    expect([headers['cache-control'], text]).to.deep.equal(['no-store', 'castle-missing']);
    expect(files[0]?.lots.map(({ number, quantity }) => [number, quantity])).to.deep.equal([
      ['3001', 3],
      ['3003', 2],
      ['3005', 1],
    ]);
    const long = begin([], LOTS, `${'x'.repeat(250)}.xml`);
    expect((await long.export('target=csv').expect(200)).text).to.have.length(98);
  });

  it('answers 409 when nothing is missing or the target can take nothing, and 404 for a job of someone else', async () => {
    const complete = begin([pile('3001', '4', 10), pile('3003', '0', 2), pile('3005', '1', 1)]);
    expect(await complete.missing()).to.deep.equal([]);
    await complete.export('target=csv').expect(409);
    expect(complete.files).to.deep.equal([]);
    const poor = begin([]);
    await poor.export('target=ldraw').expect(409);
    await poor.export('target=csv', LIST).expect(404);
    await poor.read('', LIST).expect(404);
    await poor.export('').expect(400);
  });

  it('answers 422 for a longer list, or when more is missing than a file takes', async () => {
    const lots = (count: number) => Array.from({ length: count }, (_, at) => part(String(at), '4', 1));
    expect((await begin([], lots(5_001)).read().expect(422)).body).to.include({ lotsMax: 5_000 });
    expect((await begin([], lots(10_001)).read().expect(422)).body).to.include({ lotsMax: 10_000 });
  });
});
