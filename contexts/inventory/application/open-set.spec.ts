import { expect } from 'chai';
import fc from 'fast-check';
import { foldedStates } from '@lego-moc/application/folded-states';
import { newId } from '@lego-moc/application/new-id';
import { inMemoryStreams } from '@lego-moc/event-store/in-memory-streams';
import { isRejection } from '@lego-moc/kernel/decider';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { inventoryDecider, type InventoryEvent } from '../domain/inventory.ts';
import { lotKeyOf, type LotKey, type LotQuantity } from '../domain/lots.ts';
import { entriesOf } from '../domain/persistent-map.ts';
import { holdingDecider } from '../domain/stock/holding.ts';
import type { HoldingEvent } from '../domain/stock/holding-events.ts';
import { changeStock } from './change-stock.ts';
import { placeOf } from './inventory-ids.ts';
import { openSet, type Opening } from './open-set.ts';

const ada = 'ada' as UserId;
const now = () => '2026-01-01T12:00:00.000Z' as Instant;
const CASTLE = lotKeyOf({ kind: 'set', number: '6080-1', colour: null });
const RED = lotKeyOf({ kind: 'part', number: '3001', colour: '4' });
const KNIGHT = lotKeyOf({ kind: 'minifig', number: 'fig-1', colour: null });
const CONTENTS: readonly LotQuantity[] = [
  { lot: RED, quantity: 3 },
  { lot: KNIGHT, quantity: 1 },
];
const cause = (commandId = newId()) => ({ commandId, correlationId: newId(), actor: ada });

/** A bin with two castles, which the catalogue knows. */
const begin = async (contents = CONTENTS) => {
  const holdings = foldedStates(holdingDecider, inMemoryStreams<HoldingEvent>('holding', now));
  const inventories = foldedStates(inventoryDecider, inMemoryStreams<InventoryEvent>('inventory', now));
  const needs = { holdings, handleInventory: inventories.handle };
  const place = placeOf(ada, 'Bin 7');
  const entry = { by: ada, at: now(), entryId: newId(), reason: '', place, day: null };
  await changeStock(needs)({ type: 'EnterStock', data: { ...entry, lots: [{ lot: CASTLE, quantity: 2 }] } }, cause());
  const open = openSet({
    ...{ ...needs, now },
    sets: {
      contents: (setNumber, version = 2) =>
        Promise.resolve(setNumber === '6080-1' ? { release: 'r', setNumber, version, lots: contents } : undefined),
    },
  });
  return {
    open: async (wish: Partial<Opening> = {}) => {
      const set = { kind: 'set', number: '6080-1' } as const;
      const opening = {
        owner: ada,
        entryId: newId(),
        location: 'Bin 7',
        set,
        quantity: 1,
        version: undefined,
        ...wish,
      };
      const result = await open(opening, cause(opening.entryId));
      return isRejection(result) ? result.rejected : `version ${String(result.version)}`;
    },
    lots: async (): Promise<Record<LotKey, number>> => {
      const { state } = await holdings.latest(place.holdingId);
      return state.status === 'open' ? Object.fromEntries(entriesOf(state.lots)) : {};
    },
  };
};

describe('opening sets', () => {
  it('puts the contents of each in the place of the sets', async () => {
    const { open, lots } = await begin();
    expect(await open()).to.equal('version 2');
    expect(await lots()).to.deep.equal({ [CASTLE]: 1, [RED]: 3, [KNIGHT]: 1 });
    expect(await open({ version: 1 })).to.equal('version 1');
    expect(await lots()).to.deep.equal({ [RED]: 6, [KNIGHT]: 2 });
  });

  it('opens once under one entry id', async () => {
    const { open, lots } = await begin();
    const entryId = newId();
    await open({ entryId });
    const before = await lots();
    expect(await open({ entryId })).to.equal('version 2');
    expect(await lots()).to.deep.equal(before);
  });

  it('changes nothing for sets that are not there, or that the catalogue does not know', async () => {
    const { open, lots } = await begin();
    expect(await open({ quantity: 3 })).to.equal('not-enough-pieces');
    expect(await open({ location: 'Shelf' })).to.equal('holding-not-found');
    expect(await open({ set: { kind: 'set', number: '1-1' } })).to.equal('set-inventory-not-found');
    expect(await lots()).to.deep.equal({ [CASTLE]: 2 });
  });

  it('refuses more pieces of a lot than a place counts', async () => {
    const { open } = await begin([{ lot: RED, quantity: 600_000_000 }]);
    expect(await open({ quantity: 2 })).to.equal('too-many-pieces');
  });

  it('brings exactly the contents, times the sets, whatever is in them', async () => {
    const lot = fc.constantFrom(RED, KNIGHT, lotKeyOf({ kind: 'part', number: '3005', colour: null }));
    const anyContents = fc.uniqueArray(fc.record({ lot, quantity: fc.integer({ min: 1, max: 99 }) }), {
      ...{ selector: (entry) => entry.lot, maxLength: 3 },
    });
    await fc.assert(
      fc.asyncProperty(anyContents, fc.integer({ min: 1, max: 2 }), async (contents, quantity) => {
        const { open, lots } = await begin(contents);
        await open({ quantity });
        const castles = quantity === 2 ? {} : { [CASTLE]: 1 };
        const parts = Object.fromEntries(contents.map((entry) => [entry.lot, entry.quantity * quantity]));
        expect(await lots()).to.deep.equal({ ...castles, ...parts });
      }),
      { numRuns: 30 },
    );
  });
});
