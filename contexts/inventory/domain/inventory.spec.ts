import { expect } from 'chai';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { given } from '@lego-moc/testing/given';
import { ENTRIES_MAX, inventoryDecider, type InventoryEvent, type ListEntry } from './inventory.ts';
import { entriesOf } from './persistent-map.ts';

const at = '2026-01-01T12:00:00.000Z' as Instant;
const data = (id: string) => ({ owner: 'ada' as UserId, entry: { kind: 'item', id } as const, at });
const list = (id: string): ListEntry => ({ type: 'ListEntry', data: data(id) });
const entryListed = (id: string): InventoryEvent => ({ type: 'EntryListed', data: data(id) });
const inventoryErased: InventoryEvent = { type: 'InventoryErased', data: { at } };
const erase = { type: 'EraseInventory', data: { at } } as const;

describe('registering the items of a builder', () => {
  const inventory = given(inventoryDecider);

  it('lists an item once', () => {
    inventory().when(list('a')).then(entryListed('a'));
    inventory(entryListed('a')).when(list('a')).thenNothing();
  });

  it('rejects item 10,001', () => {
    const full = Array.from({ length: ENTRIES_MAX }, (_, index) => entryListed(String(index)));
    inventory(...full)
      .when(list('one more'))
      .thenRejected('inventory-full');
  });

  it('erases once, remembers what is to be erased, and rejects everything after that', () => {
    inventory(entryListed('a')).when(erase).then(inventoryErased);
    inventory(entryListed('a'), inventoryErased).when(erase).thenNothing();
    inventory(entryListed('a'), inventoryErased).when(list('b')).thenRejected('owner-erased');
    const { entries } = [entryListed('a'), inventoryErased].reduce(inventoryDecider.evolve, inventoryDecider.initial);
    expect([...entriesOf(entries)]).to.deep.equal([['item:a', { kind: 'item', id: 'a' }]]);
  });
});
