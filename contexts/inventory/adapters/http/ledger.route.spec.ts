import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect } from 'chai';
import type { RequestHandler } from 'express';
import request from 'supertest';
import { foldedStates } from '@lego-moc/application/folded-states';
import { newId } from '@lego-moc/application/new-id';
import { processRunner } from '@lego-moc/application/process-runner';
import { inMemoryStreams } from '@lego-moc/event-store/in-memory-streams';
import { createApi } from '@lego-moc/http/api';
import { setCaller } from '@lego-moc/http/caller';
import { idempotent } from '@lego-moc/http/idempotency';
import { inMemoryIdempotencyStore } from '@lego-moc/http/in-memory-idempotency-store';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { silentLogger } from '@lego-moc/logger/logger';
import { createMetrics } from '@lego-moc/metrics/metrics';
import { ledgerSteps } from '../../application/ledger-steps.ts';
import { findingsReply, ledgerImportReply, pastStockReply } from '../../contracts/ledger-api.ts';
import { inventoryDecider, type InventoryEvent } from '../../domain/inventory.ts';
import type { LedgerEvent } from '../../domain/ledger/ledger-events.ts';
import { ledgerDecider } from '../../domain/ledger/ledger-import.ts';
import { ledgerImport } from '../../domain/ledger/ledger-process.ts';
import { holdingDecider } from '../../domain/stock/holding.ts';
import type { HoldingEvent } from '../../domain/stock/holding-events.ts';
import { ledgerFiles } from '../ledger-files/read-ledger.ts';
import { LEDGER_CONTRACTS } from './ledger-contracts.ts';
import { ledgerRoutes, readLedgerBody } from './ledger.route.ts';
import { pastStockRoute } from './past-stock.route.ts';
import { questionsInFlight } from './questions-in-flight.ts';

const LEDGER = [
  'date,kind,part,colour,quantity,note',
  '2024-05-01,in,3001,4,5,Order 4711',
  '2024-05-02,out,3001,4,2,',
  '2024-05-03,out,3001,4,9,',
  '2024-05-04,lost,3001,4,1,',
].join('\n');
const LEDGERS = '/v1/inventory/ledger-imports';
const now = () => '2026-01-01T12:00:00.000Z' as Instant;

const begin = () => {
  const streams = inMemoryStreams<HoldingEvent>('holding', now);
  const holdings = foldedStates(holdingDecider, streams);
  const { handle: handleInventory } = foldedStates(inventoryDecider, inMemoryStreams<InventoryEvent>('inventory', now));
  const ledgers = inMemoryStreams<LedgerEvent>('ledgerImport', now);
  const ledgerImports = foldedStates(ledgerDecider, ledgers);
  const needs = { holdings, handleInventory, streams, ledgers, now };
  const runner = processRunner(ledgerImport, ledgers, ledgerSteps(needs), now);
  const runs: Promise<unknown>[] = [];
  const signIn: RequestHandler = (incoming, _response, next) => {
    setCaller(incoming, { user: { id: (incoming.get('x-user') ?? 'ada') as UserId, roles: [] } });
    next();
  };
  const app = createApi({
    ...{ service: 'inventory', logger: silentLogger, contracts: LEDGER_CONTRACTS, checkReplies: true },
    metrics: createMetrics('inventory', { processMetrics: false }),
    routes: [
      signIn,
      readLedgerBody,
      idempotent(inMemoryIdempotencyStore(), { logger: silentLogger }),
      ledgerRoutes({
        ...{ ledgerImports, streams: ledgers, files: ledgerFiles, handleInventory, now },
        run: (importId) => void runs.push(runner.runDueSteps(importId)),
      }),
      pastStockRoute({
        streams,
        reader: { holdings: () => Promise.resolve({ items: [], nextCursor: null }) },
        answerInTurn: questionsInFlight(),
      }),
    ],
  });
  return {
    app,
    send: (csv: string, key = newId()) =>
      request(app)
        .post(`${LEDGERS}?location=Bin%207`)
        .set('content-type', 'text/csv')
        .set('idempotency-key', key)
        .send(csv),
    settle: async () => {
      await nextTurn();
      await Promise.all(runs);
    },
    get: (path: string, user = 'ada') => request(app).get(path).set('x-user', user),
  };
};

const locationIn = ({ headers }: request.Response): string => String(headers['location']);

describe('importing a ledger', () => {
  it('answers 202, shows what was entered and what was left out, and enters nothing twice', async () => {
    const { send, settle, get } = begin();
    const path = locationIn(await send(LEDGER).expect(202));
    await settle();
    const reply = await get(path).expect(200);
    const result = ledgerImportReply.parse(reply.body);
    expect(result).to.include({ status: 'completed', lines: 4, entered: 2, known: 0, findings: 2, location: 'Bin 7' });
    const { findings } = findingsReply.parse((await get(`${path}/findings`).expect(200)).body);
    expect(findings.map(({ line, reason, available }) => [line, reason, available])).to.deep.equal([
      [5, 'kind-unknown', null],
      [4, 'not-enough-pieces', 3],
    ]);

    expect((await send(LEDGER).expect(202)).body).to.deep.equal(reply.body);
    const longer = await send(`${LEDGER}\n2024-06-01,in,3005,,1,Gift`).expect(202);
    await settle();
    expect((await get(locationIn(longer))).body).to.include({ entered: 1, known: 2, findings: 2 });
  });

  it('shows the pieces of a place as they were at the end of a day', async () => {
    const { send, settle, get } = begin();
    await send(LEDGER).expect(202);
    await settle();
    const quantityOn = async (day: string) => {
      const past = await get(`/v1/inventory/stock/past?day=${day}&location=Bin%207`).expect(200);
      return pastStockReply.parse(past.body).quantity;
    };
    const days = ['2024-04-30', '2024-05-01', '2024-05-02', '2026-01-01'];
    expect(await Promise.all(days.slice(0, 2).map(quantityOn))).to.deep.equal([0, 5]);
    expect(await Promise.all(days.slice(2).map(quantityOn))).to.deep.equal([3, 3]);
    const past = await get('/v1/inventory/stock/past?day=2024-05-02&location=Bin%207');
    expect(past.body).to.deep.include({
      pieces: [{ kind: 'part', number: '3001', colour: '4', quantity: 3 }],
      ...{ lots: 1, nextCursor: null },
    });
    await get('/v1/inventory/stock/past?day=2024-02-30').expect(400);
  });

  it('undoes an import, and answers others 404', async () => {
    const { app, send, settle, get } = begin();
    const path = locationIn(await send(LEDGER).expect(202));
    await settle();
    await get(path, 'bob').expect(404);
    await get(`${path}/findings`, 'bob').expect(404);
    await request(app).delete(path).set('x-user', 'bob').expect(404);
    await request(app).delete(path).expect(202);
    await settle();
    expect((await get(path)).body).to.deep.include({ status: 'undone', undo: { pieces: 3, lackingPieces: 0 } });
  });

  it('replays the answer under its key, and refuses another file under it', async () => {
    const { send } = begin();
    const key = newId();
    const first = await send(LEDGER, key).expect(202);
    expect((await send(LEDGER, key).expect(202)).body).to.deep.equal(first.body);
    expect((await send(`${LEDGER}\n`, key).expect(422)).body).to.include({
      type: 'urn:lego-moc:problem:idempotency-key-reused',
    });
  });

  it('refuses a file that is no ledger', async () => {
    const { app, send } = begin();
    const faults = {
      'part,quantity\n3001,1': 'columns-missing',
      'date,kind,part,quantity\n': 'no-lines',
      'date,kind,part,quantity\n2024-01-01,in,"3001,1': 'csv-malformed',
    };
    for (const [csv, fault] of Object.entries(faults))
      expect((await send(csv).expect(422)).body).to.include({ type: 'urn:lego-moc:problem:ledger-unreadable', fault });
    await request(app)
      .post(LEDGERS)
      .set('content-type', 'text/csv')
      .send(Buffer.from([0xff, 0xfe]))
      .expect(422);
    await request(app).post(LEDGERS).send({ jobId: newId() }).expect(415);
  });
});
