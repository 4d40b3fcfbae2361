import { expect } from 'chai';
import { foldedStates } from '@lego-moc/application/folded-states';
import { newId } from '@lego-moc/application/new-id';
import { processRunner } from '@lego-moc/application/process-runner';
import { inMemoryStreams } from '@lego-moc/event-store/in-memory-streams';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { ImportEvent, ImportId } from '../domain/imports/import-events.ts';
import { stockImport } from '../domain/imports/import-process.ts';
import { inventoryDecider, type InventoryEvent } from '../domain/inventory.ts';
import type { LotKey } from '../domain/lots.ts';
import { entriesOf } from '../domain/persistent-map.ts';
import { holdingDecider } from '../domain/stock/holding.ts';
import type { HoldingEvent } from '../domain/stock/holding-events.ts';
import { importSteps } from './import-steps.ts';
import { placeOf } from './inventory-ids.ts';
import type { PartsLists } from './ports/parts-lists.ts';

const owner = 'ada' as UserId;
const at = '2026-01-01T12:00:00.000Z' as Instant;
const place = placeOf(owner, 'Bin 7');
const PAGES = 18;
const importId = 'i' as ImportId;
const cause = () => ({ commandId: newId(), correlationId: newId(), actor: 'ada' });
const subject = { importId, owner, at };

/** The page that begins at `cursor`: a thousand lots of a piece each. */
const page: PartsLists['page'] = (_jobId, cursor) =>
  Promise.resolve({
    lots: Array.from({ length: 1_000 }, (_, index) => ({
      lot: `part:${String(cursor + index)}:` as LotKey,
      quantity: 1,
    })),
    skippedLots: 1,
    nextCursor: cursor === (PAGES - 1) * 1_000 ? null : cursor + 1_000,
  });

describe('the steps of an import', function () {
  this.timeout(60_000);

  /** An import whose process is killed `kills` times, each time after a page was entered and before it was recorded. */
  const startImport = async (kills: number) => {
    const streams = inMemoryStreams<HoldingEvent>('holding');
    const holdings = foldedStates(holdingDecider, streams);
    const { handle: handleInventory } = foldedStates(inventoryDecider, inMemoryStreams<InventoryEvent>('inventory'));
    const lists: PartsLists = {
      page,
      orders: () => Promise.resolve('no-such-job'),
      read: () => Promise.resolve('no-such-job'),
      lots: () => Promise.resolve(undefined),
      status: () => Promise.resolve('completed'),
    };
    const carryOut = importSteps({ holdings, handleInventory, streams, lists, now: () => at });
    let killsLeft = kills;
    const imports = inMemoryStreams<ImportEvent>('stockImport');
    const runner = processRunner(
      stockImport,
      imports,
      async (step, stepCause) => {
        const events = await carryOut(step, stepCause);
        if (killsLeft === 0) return events;
        killsLeft -= 1;
        throw new Error('killed');
      },
      () => at,
    );
    const run = async () => {
      for (let attempt = 0; attempt <= kills; attempt += 1) await runner.runDueSteps(importId).catch(() => undefined);
      return (await runner.load(importId)).state;
    };
    await runner.append(importId, [{ type: 'ImportRequested', data: { ...subject, jobId: 'j', place } }], cause());
    const piecesThere = async () => {
      const { state } = await holdings.latest(place.holdingId);
      if (state.status !== 'open') throw new Error(`The holding is ${state.status}`);
      return [...entriesOf(state.lots)].reduce((sum, [, quantity]) => sum + quantity, 0);
    };
    return { holdings, runner, run, piecesThere };
  };

  it('enter every one of 18,000 lots once, however often the process is killed', async () => {
    const { run, piecesThere } = await startImport(5);
    expect(await run()).to.include({ status: 'completed', lots: 18_000, pieces: 18_000, skippedLots: PAGES });
    expect(await piecesThere()).to.equal(18_000);
  });

  it('take out on an undo what is still there, and say what lacks', async () => {
    const { holdings, runner, run, piecesThere } = await startImport(0);
    await run();
    const lots = [{ lot: 'part:1:' as LotKey, quantity: -1 }];
    const data = { by: owner, at, entryId: 'sale', reason: 'Sold', place, day: null, lots };
    await holdings.handle(place.holdingId, { type: 'EnterStock', data }, cause());
    await runner.append(importId, [{ type: 'ImportUndoRequested', data: subject }], cause());
    const state = await run();
    expect(state).to.deep.include({ status: 'undone', undo: { pieces: 17_999, lackingPieces: 1 } });
    expect(await piecesThere()).to.equal(0);
  });
});
