import { text } from 'node:stream/consumers';
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
import { buildDecider } from '../../domain/builds/build.ts';
import type { BuildEvent } from '../../domain/builds/build-events.ts';
import { inventoryIdOf } from '../../application/inventory-ids.ts';
import { inventoryDecider, type InventoryEvent } from '../../domain/inventory.ts';
import type { InventoryItemEvent } from '../../domain/inventory-item-events.ts';
import { inventoryItemDecider } from '../../domain/inventory-item.ts';
import { BUILD_CONTRACTS } from './build-contracts.ts';
import { memberRoutes } from './build-members.route.ts';
import { operationRoutes } from './build-operations.route.ts';
import { buildSectionsRoute } from './build-sections.route.ts';
import { buildRoutes } from './builds.route.ts';
import { followOperations } from './follow-operations.ts';

const now = () => '2026-01-01T12:00:00.000Z' as Instant;
const BUILDS = '/v1/inventory/builds';
const lots = (quantity: number) => [{ number: '3001', colour: '4', quantity }];
const [taking, placing, losing] = [newId(), newId(), newId()];
const OPERATIONS = [
  { operationId: taking, from: 'stock', to: 'reserved', location: 'Bin 7', lots: lots(9) },
  { operationId: placing, from: 'reserved', to: 'placed', lots: lots(6) },
  { operationId: losing, from: 'reserved', to: 'lost', lots: lots(1) },
];

const begin = async () => {
  const streams = inMemoryStreams<BuildEvent>('build', now);
  const builds = foldedStates(buildDecider, streams);
  const inventories = foldedStates(inventoryDecider, inMemoryStreams<InventoryEvent>('inventory', now));
  const signIn: RequestHandler = (incoming, _response, next) => {
    setCaller(incoming, { user: { id: (incoming.get('x-test-user') ?? 'ada') as UserId, roles: [] } });
    next();
  };
  const items = foldedStates(inventoryItemDecider, inMemoryStreams<InventoryItemEvent>('inventoryItem', now));
  const reader = { page: () => Promise.resolve({ builds: [], nextCursor: null }) };
  const app = createApi({
    ...{ service: 'inventory', logger: silentLogger, contracts: BUILD_CONTRACTS, checkReplies: true },
    metrics: createMetrics('inventory', { processMetrics: false }),
    routes: [
      signIn,
      buildRoutes({ builds, handleInventory: inventories.handle, reader, now }),
      buildSectionsRoute({ builds, items }),
      operationRoutes({ builds, streams, now }),
      memberRoutes({ builds, handleInventory: inventories.handle, now }),
    ],
  });
  const reply = await request(app).post(BUILDS).send({ title: 'Castle' }).expect(201);
  const path = String(reply.headers['location']);
  const buildId = path.slice(BUILDS.length + 1);
  const send = (...operations: object[]) => request(app).post(`${path}/operations`).send({ operations });
  return { app, builds, inventories, streams, path, buildId, send };
};

describe('keeping the ledger of a build', () => {
  it('answers with what is on each account, whatever is sent twice', async () => {
    const { send } = await begin();
    const first = await send(...OPERATIONS).expect(200);
    expect(first.body).to.include({ operations: 3, lots: 1, reserved: 2, placed: 6, lost: 1, contradictions: 0 });
    const again = await send(...OPERATIONS.toReversed()).expect(200);
    expect([again.body, again.headers['etag']]).to.deep.equal([first.body, first.headers['etag']]);
  });

  it('lists the lots, and the operations in the order of their arrival', async () => {
    const { app, path, send } = await begin();
    await send(OPERATIONS[1]!).expect(200);
    await send(OPERATIONS[0]!, { operationId: losing, undoes: placing }).expect(200);
    const reply = await request(app).get(`${path}/lots`).expect(200);
    expect(reply.body).to.deep.equal({
      lots: [
        {
          ...{ kind: 'part', number: '3001', colour: '4', taken: 9, reserved: 9, placed: 0, damaged: 0, lost: 0 },
        },
      ],
      nextCursor: null,
    });
    const page = await request(app).get(`${path}/operations?limit=1`).expect(200);
    expect(page.body).to.deep.include({ nextCursor: '2' });
    const rest = await request(app).get(`${path}/operations?cursor=2`).expect(200);
    expect((rest.body as { events: { operations: object[] }[] }).events[0]?.operations[1]).to.deep.equal({
      ...{ operationId: losing, undoes: placing },
    });
  });

  it('says what a step has by the operations that name it, and names it where they are listed', async () => {
    const { app, path, send } = await begin();
    const section = { kind: 'step', name: '3' };
    await send(OPERATIONS[0]!, { ...OPERATIONS[1]!, lots: [{ ...lots(6)[0], section }] }).expect(200);
    const reply = await request(app).get(`${path}/sections`).expect(200);
    const counts = { needed: 0, reserved: 0, placed: 6, missing: 0, damaged: 0, lost: 0 };
    const piece = { kind: 'part', number: '3001', colour: '4' };
    expect(reply.body).to.deep.equal({
      ...{ sections: [{ ...section, ...counts, lots: [{ ...piece, ...counts }] }], nextCursor: null },
    });
    const list = await request(app).get(`${path}/operations`).expect(200);
    const [event] = (list.body as { events: { operations: object[] }[] }).events;
    expect(event?.operations[1]).to.deep.include({ lots: [{ ...piece, quantity: 6, section }] });
    await send({ ...OPERATIONS[1]!, lots: lots(6) }).expect(409);
  });

  it('takes apart once under one key', async () => {
    const { app, path, send } = await begin();
    await send(...OPERATIONS).expect(200);
    const key = newId();
    const takeApart = () => request(app).post(`${path}/disassembly`).set('idempotency-key', key).send({});
    expect((await takeApart().expect(200)).body).to.include({ operations: 5, reserved: 0, placed: 0, lost: 1 });
    await send({ operationId: newId(), from: 'stock', to: 'reserved', lots: lots(1) }).expect(200);
    expect((await takeApart().expect(200)).body).to.include({ operations: 6, reserved: 1 });
  });

  it('answers 422 for a way that pieces cannot go, 409 for an id with other content, 404 to others', async () => {
    const { app, path, send } = await begin();
    const impossible = { ...OPERATIONS[0], to: 'placed' };
    const refusal = await send(OPERATIONS[1]!, impossible).expect(422);
    expect((refusal.body as { errors: object[] }).errors[0]).to.include({ pointer: '/operations/1/to' });
    await send(OPERATIONS[0]!).expect(200);
    const conflict = await send(OPERATIONS[1]!, { ...OPERATIONS[0], lots: lots(8) }).expect(409);
    expect(conflict.body).to.include({ type: 'urn:lego-moc:problem:operation-id-reused', operation: 1 });
    for (const resource of ['', '/lots', '/sections', '/operations', '/events'])
      await request(app).get(`${path}${resource}`).set('x-test-user', 'bob').expect(404);
    await request(app).post(`${path}/disassembly`).set('x-test-user', 'bob').send({}).expect(404);
    await send(...OPERATIONS)
      .set('x-test-user', 'bob')
      .expect(404);
    await send(impossible).set('x-test-user', 'bob').expect(404);
  });
});

describe('watching the operations of a build', () => {
  const follow = async (isVisible: boolean, from = 0n) => {
    const { builds, streams, buildId, send } = await begin();
    await send(OPERATIONS[0]!).expect(200);
    let looks = 0;
    const look = async () => {
      looks += 1;
      if (looks === 2) await send(OPERATIONS[1]!).expect(200);
      const { state } = await builds.latest(buildId);
      return isVisible && state.status === 'open' ? state : undefined;
    };
    const events = await text(followOperations(streams, buildId, from, look, { intervalMs: 1, msMax: 3 }));
    return [...events.matchAll(/^id: (\d+)\ndata: (.*)$/gm)].map(([, id, data = '']) => {
      const { operations } = JSON.parse(data) as { operations: { operationId: string }[] };
      return [id, ...operations.map(({ operationId }) => operationId)];
    });
  };

  it('sends those that are there and those that arrive, each once, with the revision as id', async () => {
    expect(await follow(true)).to.deep.equal([
      ['1', taking],
      ['2', placing],
    ]);
  });

  it('goes on behind the last one that was seen', async () => {
    expect(await follow(true, 2n)).to.deep.equal([['2', placing]]);
  });

  it('ends when the build cannot be seen any more', async () => {
    expect(await follow(false)).to.deep.equal([]);
  });
});

describe('sharing a build', () => {
  const share = async (role: 'viewer' | 'builder') => {
    const world = await begin();
    const { app, path } = world;
    const asBob = (pending: request.Test) => pending.set('x-test-user', 'bob');
    const { code } = (await request(app).post(`${path}/invitations`).send({ role }).expect(201)).body as {
      code: string;
    };
    const join = (user: string, sentCode = code) =>
      request(app).put(`${path}/membership`).set('x-test-user', user).send({ code: sentCode });
    return { ...world, asBob, join };
  };

  it('lets a builder record operations, and a viewer watch', async () => {
    const builder = await share('builder');
    expect((await builder.join('bob').expect(200)).body).to.include({ role: 'builder' });
    await builder.asBob(builder.send(...OPERATIONS)).expect(200);
    const { body } = (await request(builder.app).get(builder.path).expect(200)) as { body: object };
    expect(body).to.deep.include({ role: 'owner', placed: 6, members: [{ memberId: 'bob', role: 'builder' }] });

    const viewer = await share('viewer');
    await viewer.join('bob').expect(200);
    const refusal = await viewer.asBob(viewer.send(...OPERATIONS)).expect(403);
    expect(refusal.body).to.include({ type: 'urn:lego-moc:problem:not-a-builder' });
    await viewer.asBob(request(viewer.app).get(`${viewer.path}/lots`)).expect(200);
  });

  it('takes a code once, from one user, and tells nothing about a wrong one', async () => {
    const { inventories, join, app, path } = await share('viewer');
    await join('eve', 'guess').expect(404);
    expect((await inventories.latest(inventoryIdOf('eve' as UserId))).revision).to.equal('no-stream');
    await join('bob').expect(200);
    await join('bob').expect(200);
    await join('eve').expect(404);
    await request(app).post(`${path}/invitations`).set('x-test-user', 'bob').send({ role: 'builder' }).expect(404);
  });

  it('ends when the member leaves or is removed, and hides who they were', async () => {
    const { app, path, asBob, join, send } = await share('builder');
    await join('bob').expect(200);
    await asBob(send(...OPERATIONS)).expect(200);
    await request(app).delete(`${path}/members/bob`).set('x-test-user', 'eve').expect(404);
    await asBob(request(app).delete(`${path}/members/bob`)).expect(204);
    await asBob(request(app).get(path)).expect(404);
    await request(app).delete(`${path}/members/bob`).expect(404);
    const { events } = (await request(app).get(`${path}/operations`).expect(200)).body as { events: { by: unknown }[] };
    expect(events.map(({ by }) => by)).to.deep.equal([null]);
  });
});
