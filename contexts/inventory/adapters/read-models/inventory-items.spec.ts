import { expect } from 'chai';
import { newId } from '@lego-moc/application/new-id';
import { inMemoryStreams } from '@lego-moc/event-store/in-memory-streams';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { latestRow } from '@lego-moc/read-models/latest-row';
import type { InventoryItemEvent, InventoryItemId } from '../../domain/inventory-item-events.ts';
import type { LotKey } from '../../domain/lots.ts';
import { inventoryItems } from './inventory-items.ts';

const [noon, later] = ['2026-01-01T12:00:00.000Z', '2026-01-01T13:00:00.000Z'] as Instant[] as [Instant, Instant];
const subject = { itemId: 'i' as InventoryItemId, owner: 'ada' as UserId, at: noon };
const lot = 'part:3001:4' as LotKey;
const source = { kind: 'set', id: '6080-1' } as const;
const HISTORY: readonly InventoryItemEvent[] = [
  { type: 'ItemTracked', data: { ...subject, source, title: 'Castle', origin: null, lots: [{ lot, quantity: 4 }] } },
  { type: 'PartsAcquired', data: { ...subject, at: later, entryId: 'e', lots: [{ lot, quantity: 3 }] } },
];

describe('the rows of inventory items', () => {
  const rowAfter = async (...events: readonly InventoryItemEvent[]) => {
    const streams = inMemoryStreams<InventoryItemEvent>('inventoryItem');
    await streams.append('i', events, 'no-stream', { commandId: newId(), correlationId: newId(), actor: 'ada' });
    return latestRow(inventoryItems, streams)('i');
  };

  it('count the pieces, and hold what the owner reads', async () => {
    const row = await rowAfter(...HISTORY);
    expect(row).to.include({ owner: 'ada', kind: 'set', changed_at: later, needed: 4, usable: 3, percentage: 75 });
    expect(row?.reply).to.include({ itemId: 'i', title: 'Castle', acquired: 3, trackedAt: noon, changedAt: later });
  });

  it('are gone when the item is untracked or its owner erased', async () => {
    expect(await rowAfter(...HISTORY, { type: 'ItemUntracked', data: subject })).to.equal(undefined);
    expect(await rowAfter(...HISTORY, { type: 'ItemErased', data: { at: noon } })).to.equal(undefined);
  });
});
