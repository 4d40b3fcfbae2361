import { expect } from 'chai';
import { foldedStates } from '@lego-moc/application/folded-states';
import { newId } from '@lego-moc/application/new-id';
import { inMemoryStreams } from '@lego-moc/event-store/in-memory-streams';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { buildDecider } from '../domain/builds/build.ts';
import type { BuildEvent, BuildId } from '../domain/builds/build-events.ts';
import type { Operation, Transfer } from '../domain/builds/operations.ts';
import { inventoryDecider, type InventoryEvent } from '../domain/inventory.ts';
import type { LotKey } from '../domain/lots.ts';
import { valueOf } from '../domain/persistent-map.ts';
import { holdingDecider } from '../domain/stock/holding.ts';
import type { HoldingEvent } from '../domain/stock/holding-events.ts';
import { changeStock } from './change-stock.ts';
import { followBuild } from './follow-builds.ts';
import { placeOf } from './inventory-ids.ts';

const ada = 'ada' as UserId;
const now = () => '2026-01-01T12:00:00.000Z' as Instant;
const RED = 'part:3001:4' as LotKey;
const buildId = newId() as BuildId;
const cause = () => ({ commandId: newId(), correlationId: newId(), actor: ada });
const transfer = (operationId: string, from: Transfer['from'], to: Transfer['to'], quantity: number): Transfer => ({
  ...{ operationId, from, to, location: 'Bin 7', lots: [{ lot: RED, quantity }] },
});

/** A bin with five red bricks, and a build. `crashAfter` commands on places the process ends once. */
const begin = async () => {
  const holdingStreams = inMemoryStreams<HoldingEvent>('holding', now);
  const holdings = foldedStates(holdingDecider, holdingStreams);
  const inventories = foldedStates(inventoryDecider, inMemoryStreams<InventoryEvent>('inventory', now));
  const builds = foldedStates(buildDecider, inMemoryStreams<BuildEvent>('build', now));
  const place = placeOf(ada, 'Bin 7');
  const stock = { holdings, handleInventory: inventories.handle };
  const entry = { by: ada, at: now(), entryId: newId(), reason: '', place, day: null };
  await changeStock(stock)({ type: 'EnterStock', data: { ...entry, lots: [{ lot: RED, quantity: 5 }] } }, cause());
  const data = { buildId, owner: ada, title: 'Castle', source: null, at: now() };
  await builds.handle(buildId, { type: 'BeginBuild', data }, cause());
  return {
    builds,
    record: (...operations: Operation[]) =>
      builds.handle(buildId, { type: 'RecordOperations', data: { by: ada, at: now(), operations } }, cause()),
    follow: (handleBuild = builds.handle) =>
      followBuild({ ...stock, builds: { ...builds, handle: handleBuild }, streams: holdingStreams })(buildId, cause()),
    pieces: async () => {
      const { state } = await holdings.latest(place.holdingId);
      return state.status === 'open' ? (valueOf(state.lots, RED) ?? 0) : -1;
    },
  };
};

describe('the stock that follows a build', () => {
  it('gives the pieces that the build takes, and has those that it returns, once', async () => {
    const { record, follow, pieces } = await begin();
    await record(transfer('1', 'stock', 'reserved', 4), transfer('2', 'reserved', 'placed', 3));
    await follow();
    await follow();
    expect(await pieces()).to.equal(1);
    await record(transfer('3', 'reserved', 'stock', 1));
    await follow();
    expect(await pieces()).to.equal(2);
  });

  it('gives no more than is on record, and after an undo has exactly that back', async () => {
    const { record, follow, pieces } = await begin();
    await record(transfer('1', 'stock', 'reserved', 9));
    await follow();
    expect(await pieces()).to.equal(0);
    await record({ operationId: 'u', undoes: '1' });
    await follow();
    await follow();
    expect(await pieces()).to.equal(5);
  });

  it('is as before when the undo became known first', async () => {
    const { record, follow, pieces } = await begin();
    await record({ operationId: 'u', undoes: '1' });
    await follow();
    await record(transfer('1', 'stock', 'reserved', 4));
    await follow();
    expect(await pieces()).to.equal(5);
  });

  it('goes on after a crash between the stock and the build, also when the operation was undone meanwhile', async () => {
    for (const isUndone of [false, true]) {
      const { builds, record, follow, pieces } = await begin();
      await record(transfer('1', 'stock', 'reserved', 4));
      const crash = await follow(() => Promise.reject(new Error('killed'))).catch((error: unknown) => error);
      expect(crash).to.be.an('error');
      if (isUndone) await record({ operationId: 'u', undoes: '1' });
      await follow();
      expect(await pieces()).to.equal(isUndone ? 5 : 1);
      const { state } = await builds.latest(buildId);
      expect(state.status === 'open' && state.ledger.due).to.deep.equal([]);
    }
  });
});
