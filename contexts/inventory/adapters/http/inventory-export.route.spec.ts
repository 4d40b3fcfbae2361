import { expect } from 'chai';
import type { RequestHandler } from 'express';
import request from 'supertest';
import { foldedStates } from '@lego-moc/application/folded-states';
import { newId } from '@lego-moc/application/new-id';
import { inMemoryStreams } from '@lego-moc/event-store/in-memory-streams';
import { createApi } from '@lego-moc/http/api';
import { setCaller } from '@lego-moc/http/caller';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { silentLogger } from '@lego-moc/logger/logger';
import { createMetrics } from '@lego-moc/metrics/metrics';
import { exportInventory } from '../../application/export-inventory.ts';
import { inventoryIdOf } from '../../application/inventory-ids.ts';
import { exportLine, type ExportLine } from '../../contracts/export-api.ts';
import { buildDecider } from '../../domain/builds/build.ts';
import type { BuildEvent, BuildId } from '../../domain/builds/build-events.ts';
import { holdingDecider } from '../../domain/stock/holding.ts';
import type { HoldingEvent, HoldingId } from '../../domain/stock/holding-events.ts';
import { entriesOf } from '../../domain/persistent-map.ts';
import { inventoryDecider, type Entry, type InventoryEvent } from '../../domain/inventory.ts';
import type { LotKey } from '../../domain/lots.ts';
import { exportOwnInventory, inventoryExportRoute } from './inventory-export.route.ts';

const now = () => '2026-01-01T12:00:00.000Z' as Instant;
const [ada, bob] = ['ada', 'bob'] as UserId[] as [UserId, UserId];
const RED = 'part:3001:4' as LotKey;
const cause = () => ({ commandId: newId(), correlationId: newId(), actor: 'ada' });

/** Ada's bin and build, which bob has joined. */
const begin = async () => {
  const holdings = inMemoryStreams<HoldingEvent>('holding', now);
  const builds = inMemoryStreams<BuildEvent>('build', now);
  const inventories = foldedStates(inventoryDecider, inMemoryStreams<InventoryEvent>('inventory', now));
  const [holdingId, buildId] = [newId() as HoldingId, newId() as BuildId];
  const list = (owner: UserId, entry: Entry) =>
    inventories.handle(inventoryIdOf(owner), { type: 'ListEntry', data: { owner, entry, at: now() } }, cause());
  await list(ada, { kind: 'holding', id: holdingId });
  await list(ada, { kind: 'build', id: buildId });
  await list(bob, { kind: 'membership', id: buildId });

  const place = { holdingId, location: 'Bin 7' };
  const entry = { by: ada, at: now(), entryId: 'e', reason: 'Gift', place, day: null };
  const stock = foldedStates(holdingDecider, holdings);
  await stock.handle(holdingId, { type: 'EnterStock', data: { ...entry, lots: [{ lot: RED, quantity: 5 }] } }, cause());
  const build = foldedStates(buildDecider, builds);
  const take = (by: UserId, operationId: string) => {
    const way = { from: 'stock', to: 'reserved', location: null, lots: [{ lot: RED, quantity: 1 }] } as const;
    const data = { by, at: now(), operations: [{ operationId, ...way }] };
    return build.handle(buildId, { type: 'RecordOperations', data }, cause());
  };
  const data = { buildId, owner: ada, title: 'Castle', source: null, at: now() };
  await build.handle(buildId, { type: 'BeginBuild', data }, cause());
  const invitation = { by: ada, at: now(), invitationId: 'i', role: 'builder' } as const;
  await build.handle(buildId, { type: 'IssueInvitation', data: invitation }, cause());
  await build.handle(buildId, { type: 'JoinBuild', data: { by: bob, at: now(), invitationId: 'i' } }, cause());
  await take(ada, 'by ada');
  await take(bob, 'by bob');

  const noEvents = () => inMemoryStreams<never>('none').readEvents('');
  const signIn: RequestHandler = (incoming, _response, next) => {
    setCaller(incoming, { user: { id: (incoming.get('x-user') ?? 'ada') as UserId, roles: [] } });
    next();
  };
  const app = createApi({
    ...{ service: 'inventory', logger: silentLogger, contracts: [exportOwnInventory], checkReplies: true },
    metrics: createMetrics('inventory', { processMetrics: false }),
    routes: [
      signIn,
      inventoryExportRoute(
        exportInventory({
          ...{ inventories, now },
          readEvents: {
            ...{ item: noEvents, import: noEvents, 'ledger-import': noEvents },
            holding: (id) => holdings.readEvents(id),
            build: (id) => builds.readEvents(id),
          },
        }),
      ),
    ],
  });
  const read = async (user: string): Promise<readonly ExportLine[]> => {
    const { text, headers } = await request(app).get('/v1/inventory/export').set('x-user', user).buffer().expect(200);
    expect(headers).to.include({ 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' });
    return text
      .trimEnd()
      .split('\n')
      .map((line) => exportLine.parse(JSON.parse(line)));
  };
  return { read };
};

const whatIn = (lines: readonly ExportLine[]) => lines.flatMap((line) => ('what' in line ? [line.what] : []));

describe('GET /v1/inventory/export', () => {
  it('gives every event of the streams of a builder, whose replay is the same stock', async () => {
    const { read } = await begin();
    const lines = await read('ada');
    expect(lines[0]).to.include({ streams: 2 });
    expect(whatIn(lines).filter((type) => !type.startsWith('Build'))).to.have.members([
      ...['HoldingOpened', 'StockEntered', 'OperationsRecorded', 'OperationsRecorded'],
    ]);
    const events = lines.flatMap((line) =>
      'kind' in line && line.kind === 'holding'
        ? [{ type: line.what, data: line.data } as unknown as HoldingEvent]
        : [],
    );
    const state = events.reduce(holdingDecider.evolve, holdingDecider.initial);
    expect(state.status === 'open' && [...entriesOf(state.lots)]).to.deep.equal([[RED, 5]]);
  });

  it('names nobody else of a shared build, and gives a member what they did', async () => {
    const { read } = await begin();
    expect(JSON.stringify(await read('ada')))
      .to.include('by bob')
      .and.not.include('"bob"');
    const lines = await read('bob');
    expect(whatIn(lines)).to.deep.equal(['BuildJoined', 'OperationsRecorded']);
    expect(JSON.stringify(lines)).to.include('by bob').and.not.include('by ada');
  });

  it('has no more than its first line for somebody without an inventory', async () => {
    const { read } = await begin();
    expect(await read('eve')).to.deep.equal([{ exportedAt: now(), streams: 0 }]);
  });
});
