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
import type { OwnedLot } from '../../application/ports/stock-reader.ts';
import { questionsInFlight } from './questions-in-flight.ts';
import { exportStock, stockExportRoute } from './stock-export.route.ts';

const lot = (location: string | null, number: string, quantity: number, kind: OwnedLot['kind'] = 'part'): OwnedLot => ({
  ...{ holdingId: location ?? '', location, kind, number, colour: kind === 'part' ? '4' : null, quantity },
});
const LOTS = [lot('Bin 7', '3001', 2), lot(null, '3001', 3), lot('Bin 7', '6080-1', 1, 'set'), lot('Shelf', '3005', 4)];

const begin = (lots: readonly OwnedLot[] = LOTS) => {
  const files: (readonly PieceQuantity[])[] = [];
  const signIn: RequestHandler = (incoming, _response, next) => {
    setCaller(incoming, { user: { id: 'ada' as UserId, roles: [] } });
    next();
  };
  const app = createApi({
    ...{ service: 'inventory', logger: silentLogger, contracts: [exportStock], checkReplies: true },
    metrics: createMetrics('inventory', { processMetrics: false }),
    routes: [
      signIn,
      stockExportRoute({
        reader: { owned: () => Promise.resolve({ revision: '1', lots }) },
        exporter: {
          write: (name, pieces, target) => {
            files.push(pieces);
            if (target === 'ldraw') return Promise.resolve('nothing-to-export');
            return Promise.resolve({ headers: { 'content-type': 'text/csv' }, content: Readable.from([name]) });
          },
        },
        answerInTurn: questionsInFlight(),
      }),
    ],
  });
  const ask = (query: string) => request(app).get(`/v1/inventory/stock/export?${query}`);
  const piecesIn = async (query: string) => {
    await ask(query).expect(200);
    return files.at(-1)?.map(({ number, quantity }) => `${number} × ${String(quantity)}`);
  };
  return { ask, piecesIn };
};

describe('GET /v1/inventory/stock/export', () => {
  it('writes each piece once, wherever it lies', async () => {
    const { ask, piecesIn } = begin();
    expect(await piecesIn('target=csv')).to.deep.equal(['3001 × 5', '3005 × 4', '6080-1 × 1']);
    const { headers, text } = await ask('target=csv');
    expect([headers['content-type'], headers['cache-control'], text]).to.deep.equal(['text/csv', 'no-store', 'stock']);
  });

  it('writes the pieces in one place, or of one kind', async () => {
    const { piecesIn } = begin();
    expect(await piecesIn('target=csv&location=Bin%207')).to.deep.equal(['3001 × 2', '6080-1 × 1']);
    expect(await piecesIn('target=csv&location=Bin%207&kind=set')).to.deep.equal(['6080-1 × 1']);
  });

  it('answers 409 when there is nothing to write, 422 for more lots than a file takes, and 400 without a target', async () => {
    const { ask } = begin();
    await ask('target=ldraw').expect(409);
    await ask('target=csv&location=Nowhere').expect(409);
    await ask('').expect(400);
    const collector = begin(Array.from({ length: 5_001 }, (_, at) => lot(null, String(at), 1)));
    expect((await collector.ask('target=csv').expect(422)).body).to.include({ lots: 5_001, lotsMax: 5_000, parts: 2 });
    await collector.ask('target=csv&kind=set').expect(409);
    await collector.ask('target=csv&part=3').expect(404);
  });

  it('writes more lots than a file takes part by part, each once, under one ETag', async () => {
    const { ask, piecesIn } = begin(Array.from({ length: 5_001 }, (_, at) => lot('Bin 7', String(at), 1)));
    const parts = [await piecesIn('target=csv&part=1'), await piecesIn('target=csv&part=2')];
    expect(parts.map((pieces) => pieces?.length)).to.deep.equal([5_000, 1]);
    expect(new Set(parts.flat()).size).to.equal(5_001);
    const replies = [await ask('target=csv&part=1'), await ask('target=csv&part=2')];
    expect(replies.map(({ text }) => text)).to.deep.equal(['stock-1-of-2', 'stock-2-of-2']);
    expect(new Set(replies.map(({ headers }) => headers['etag']))).to.deep.equal(new Set(['"1"']));
  });
});
