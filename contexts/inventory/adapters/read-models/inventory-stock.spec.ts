import { expect } from 'chai';
import { newId } from '@lego-moc/application/new-id';
import { inMemoryStreams } from '@lego-moc/event-store/in-memory-streams';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { latestRow } from '@lego-moc/read-models/latest-row';
import type { LotKey } from '../../domain/lots.ts';
import type { HoldingEvent, HoldingId } from '../../domain/stock/holding-events.ts';
import { inventoryStock } from './inventory-stock.ts';

const [noon, later] = ['2026-01-01T12:00:00.000Z', '2026-01-01T13:00:00.000Z'] as Instant[] as [Instant, Instant];
const subject = { holdingId: 'h' as HoldingId, owner: 'ada' as UserId, at: noon };
const [red, any, castle] = ['part:3001:4', 'part:3005:', 'set:6080-1:'] as LotKey[] as [LotKey, LotKey, LotKey];
const stockEntered = (...quantities: [LotKey, number][]): HoldingEvent => {
  const lots = quantities.map(([lot, quantity]) => ({ lot, quantity }));
  return { type: 'StockEntered', data: { ...subject, at: later, entryId: newId(), reason: '', day: null, lots } };
};
const HISTORY: readonly HoldingEvent[] = [
  { type: 'HoldingOpened', data: { ...subject, location: 'Bin 7' } },
  stockEntered([red, 3], [any, 2], [castle, 1]),
];

describe('the rows of places', () => {
  const rowAfter = async (...events: readonly HoldingEvent[]) => {
    const streams = inMemoryStreams<HoldingEvent>('holding');
    await streams.append('h', events, 'no-stream', { commandId: newId(), correlationId: newId(), actor: 'ada' });
    return latestRow(inventoryStock, streams)('h');
  };

  it('have the pieces of the place, with part and colour apart', async () => {
    const row = await rowAfter(...HISTORY);
    expect(row).to.include({ owner: 'ada', location: 'Bin 7', changed_at: later });
    expect(row?.lots).to.deep.equal([
      { lot: red, kind: 'part', number: '3001', colour: '4', quantity: 3 },
      { lot: any, kind: 'part', number: '3005', colour: null, quantity: 2 },
      { lot: castle, kind: 'set', number: '6080-1', colour: null, quantity: 1 },
    ]);
  });

  it('lose a lot without pieces, and fill its gap with the last one', async () => {
    const row = await rowAfter(...HISTORY, stockEntered([red, -3], [any, 1]));
    expect(row?.lots.map(({ lot, quantity }) => [lot, quantity])).to.deep.equal([
      [castle, 1],
      [any, 3],
    ]);
  });

  it('are gone when the owner is erased', async () => {
    expect(await rowAfter(...HISTORY, { type: 'HoldingErased', data: { at: noon } })).to.equal(undefined);
  });
});
