import { reject, unreachable, type Decider } from '@lego-moc/kernel/decider';
import type { Instant, Message, UserId } from '@lego-moc/kernel/message';
import { emptyMap, valueOf, withValue, type PersistentMap } from './persistent-map.ts';

/** One of the streams that an inventory consists of. */
export type Entry = {
  readonly kind: 'item' | 'holding' | 'import' | 'ledger-import' | 'build' | 'membership';
  readonly id: string;
};

type Listing = { readonly owner: UserId; readonly entry: Entry; readonly at: Instant };

export type ListEntry = Message<'ListEntry', Listing>;
export type EraseInventory = Message<'EraseInventory', { readonly at: Instant }>;
export type InventoryCommand = ListEntry | EraseInventory;

/** A builder's inventory has this item, holding, import or build from now on; it stays listed when the builder ends it. */
export type EntryListed = Message<'EntryListed', Listing>;
/** The account of the owner was erased; the inventory stays empty. */
export type InventoryErased = Message<'InventoryErased', { readonly at: Instant }>;
export type InventoryEvent = EntryListed | InventoryErased;

export type InventoryRejection = 'inventory-full' | 'owner-erased';

/** The streams of one builder, so that none is forgotten when the account is erased. */
export type Inventory = { readonly entries: PersistentMap<string, Entry>; readonly isErased: boolean };

const keyOf = ({ kind, id }: Entry): string => `${kind}:${id}`;

/** A collector's thousands of sets, and as many MOCs; ended ones count, since their streams are still to be erased. */
export const ENTRIES_MAX = 10_000;

/** Keeps the register of a builder's items, holdings and imports, within its limit. */
export const inventoryDecider: Decider<InventoryCommand, Inventory, InventoryEvent, InventoryRejection> = {
  initial: { entries: emptyMap, isErased: false },
  decide: (command, { entries, isErased }) => {
    if (command.type === 'EraseInventory') return isErased ? [] : [{ type: 'InventoryErased', data: command.data }];
    if (isErased) return reject('owner-erased', 'The account of the owner was erased.');
    const { entry } = command.data;
    if (valueOf(entries, keyOf(entry)) !== undefined) return [];
    return entries.size < ENTRIES_MAX
      ? [{ type: 'EntryListed', data: command.data }]
      : reject(
          'inventory-full',
          `An inventory has at most ${String(ENTRIES_MAX)} items, places, imports and builds, with those that were ended.`,
        );
  },
  evolve: (state, event) => {
    switch (event.type) {
      case 'EntryListed':
        return { ...state, entries: withValue(state.entries, keyOf(event.data.entry), event.data.entry) };
      case 'InventoryErased':
        // The entries stay known: an erasure that was interrupted goes on with them.
        return { ...state, isErased: true };
      default:
        return unreachable(event);
    }
  },
};
