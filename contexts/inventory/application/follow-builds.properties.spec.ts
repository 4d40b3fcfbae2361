import { expect } from 'chai';
import fc from 'fast-check';
import { foldedStates } from '@lego-moc/application/folded-states';
import { newId } from '@lego-moc/application/new-id';
import { inMemoryStreams } from '@lego-moc/event-store/in-memory-streams';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { buildDecider } from '../domain/builds/build.ts';
import type { BuildEvent, BuildId } from '../domain/builds/build-events.ts';
import { balancesOf } from '../domain/builds/ledger.ts';
import type { Operation, Transfer } from '../domain/builds/operations.ts';
import { inventoryDecider, type InventoryEvent } from '../domain/inventory.ts';
import type { LotKey } from '../domain/lots.ts';
import { valueOf } from '../domain/persistent-map.ts';
import { HOLDING_LOTS_MAX, holdingDecider } from '../domain/stock/holding.ts';
import type { HoldingEvent } from '../domain/stock/holding-events.ts';
import { followBuild } from './follow-builds.ts';
import { placeOf } from './inventory-ids.ts';

const ada = 'ada' as UserId;
const now = () => '2026-01-01T12:00:00.000Z' as Instant;
const cause = () => ({ commandId: newId(), correlationId: newId(), actor: ada });
const KINDS = ['part:1:1', 'part:2:', 'part:3:4'] as LotKey[];
const PIECES = 5;

/** A lot leaves the stock for the build or comes back, the place is filled by others, or the last operation is undone. */
type Step = { readonly turn: LotKey } | 'fill' | 'undo';

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...KINDS).map((turn) => ({ turn })) },
  fc.constantFrom<Step>('fill', 'undo'),
);

/** A bin with five of each kind, a build, and other lots that fill the bin up. */
const begin = async () => {
  const holdingStreams = inMemoryStreams<HoldingEvent>('holding', now);
  const holdings = foldedStates(holdingDecider, holdingStreams);
  const { handle: handleInventory } = foldedStates(inventoryDecider, inMemoryStreams<InventoryEvent>('inventory', now));
  const builds = foldedStates(buildDecider, inMemoryStreams<BuildEvent>('build', now));
  const place = placeOf(ada, 'Bin 7');
  const buildId = newId() as BuildId;
  const enter = async (lots: readonly { lot: LotKey; quantity: number }[]) => {
    const data = { by: ada, at: now(), entryId: newId(), reason: '', place, day: null, lots };
    await holdings.handle(place.holdingId, { type: 'EnterStock', data }, cause());
  };
  const stateOfPlace = async () => {
    const { state } = await holdings.latest(place.holdingId);
    return state.status === 'open' ? state : expect.fail('no such place');
  };
  await enter(KINDS.map((lot) => ({ lot, quantity: PIECES })));
  await builds.handle(
    buildId,
    { type: 'BeginBuild', data: { buildId, owner: ada, title: 'Castle', source: null, at: now() } },
    cause(),
  );
  return {
    fill: async () => {
      const room = HOLDING_LOTS_MAX - (await stateOfPlace()).lots.size;
      await enter(Array.from({ length: room }, () => ({ lot: `part:${newId()}:` as LotKey, quantity: 1 })));
    },
    record: async (operation: Operation) => {
      const command = { type: 'RecordOperations', data: { by: ada, at: now(), operations: [operation] } } as const;
      await builds.handle(buildId, command, cause());
      await followBuild({ holdings, handleInventory, builds, streams: holdingStreams })(buildId, cause());
    },
    totals: async () => {
      const { lots } = await stateOfPlace();
      const { state } = await builds.latest(buildId);
      const ledger = state.status === 'open' ? state.ledger : expect.fail('not begun');
      const balances = new Map(balancesOf(ledger));
      const due = ledger.due.length;
      // The account of the stock is negative by what the build has taken.
      return { due, pieces: KINDS.map((lot) => (valueOf(lots, lot) ?? 0) - (balances.get(lot)?.stock ?? 0)) };
    },
  };
};

const bringAbout = async (steps: readonly Step[], { fill, record }: Awaited<ReturnType<typeof begin>>) => {
  const transfers: Transfer[] = [];
  for (const next of steps) {
    if (next === 'fill') await fill();
    else if (next === 'undo') {
      const undone = transfers.pop();
      if (undone !== undefined) await record({ operationId: newId(), undoes: undone.operationId });
    } else {
      const last = transfers.findLast(({ lots }) => lots.some(({ lot }) => lot === next.turn));
      const ends = last?.to === 'reserved' ? { from: 'reserved', to: 'stock' } : { from: 'stock', to: 'reserved' };
      const lots = [{ lot: next.turn, quantity: PIECES }];
      const transfer = { operationId: newId(), location: 'Bin 7', lots, ...(ends as Pick<Transfer, 'from' | 'to'>) };
      transfers.push(transfer);
      await record(transfer);
    }
  }
};

describe('laws of the stock that follows a build', () => {
  it('has every piece that the build does not have, however full the place was when it came back', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 8 }), async (steps) => {
        const world = await begin();
        await bringAbout(steps, world);
        expect(await world.totals()).to.deep.equal({ due: 0, pieces: KINDS.map(() => PIECES) });
      }),
      { numRuns: 8 },
    );
  });

  it('has pieces of a kind that has left a full place back on record', async () => {
    const { fill, record, totals } = await begin();
    const lots = [{ lot: KINDS[0]!, quantity: PIECES }];
    await record({ operationId: '1', from: 'stock', to: 'reserved', location: 'Bin 7', lots });
    await fill();
    await record({ operationId: '2', from: 'reserved', to: 'stock', location: 'Bin 7', lots });
    expect(await totals()).to.deep.equal({ due: 0, pieces: KINDS.map(() => PIECES) });
  });
});
