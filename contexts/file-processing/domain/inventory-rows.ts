import { partKey } from './catalogue.ts';
import { isTrue } from './columns.ts';
import { addTo, existingOrNull, idIn, textIn, type DumpRow, type RowResult, type TableReader } from './dump-cells.ts';

/** A theme of sets, maybe within another one. */
export type Theme = { readonly id: number; readonly name: string; readonly parentId: number | null };

/** A set or a minifig; `pieces` is what the dump says of it. */
export type CatalogueSet = {
  readonly key: string;
  readonly setNumber: string;
  readonly kind: 'set' | 'minifig';
  readonly name: string;
  readonly year: number | null;
  readonly pieces: number | null;
  /** Minifigs have none. */
  readonly themeId: number | null;
};

/** A version of what is in a set or minifig. */
export type Inventory = {
  readonly inventoryId: number;
  readonly key: string;
  readonly setNumber: string;
  readonly version: number;
};

export type InventoryPart = {
  readonly inventoryId: number;
  readonly partNumber: string;
  readonly colourId: number;
  readonly quantity: number;
  readonly isSpare: boolean;
};

/** A set or minifig within a set. */
export type InventorySet = { readonly inventoryId: number; readonly key: string; readonly quantity: number };

export type InventoryTables = {
  readonly themes: Theme;
  readonly sets: CatalogueSet;
  readonly minifigs: CatalogueSet;
  readonly inventories: Inventory;
  readonly inventoryParts: InventoryPart;
  readonly inventorySets: InventorySet;
  readonly inventoryMinifigs: InventorySet;
};

/** The largest set has 12,000 pieces; more of one part in one inventory is a mistake. */
const QUANTITY_MAX = 100_000;

/** Themes stand in any order, so the parent may come later. */
const themeReader = (ids: Set<number>): TableReader<Theme> => ({
  file: 'themes',
  columns: ['id', 'name', 'parent_id'],
  read: (row) => {
    const id = idIn(row['id']);
    const name = textIn(row['name']);
    if (id === undefined || name === undefined) return 'unreadable';
    return addTo(ids, id) ? { row: { id, name, parentId: idIn(row['parent_id']) ?? null } } : 'repeated';
  },
});

const setReader = (
  { keys, themes }: { readonly keys: Set<string>; readonly themes: ReadonlySet<number> },
  [kind, file, numberColumn]: readonly [CatalogueSet['kind'], string, string],
): TableReader<CatalogueSet> => ({
  file,
  columns: [numberColumn, 'name', 'num_parts'],
  read: (row) => {
    const setNumber = textIn(row[numberColumn]);
    if (setNumber === undefined) return 'unreadable';
    const key = partKey(setNumber);
    const [name = '', year = null, pieces = null] = [row['name'], idIn(row['year']), idIn(row['num_parts'])];
    const themeId = existingOrNull(themes, idIn(row['theme_id']));
    return addTo(keys, key) ? { row: { key, setNumber, kind, name, year, pieces, themeId } } : 'repeated';
  },
});

/** The tables of sets may be missing, so an inventory of a set that they do not name is imported all the same. */
const inventoryReader = (ids: Set<number>): TableReader<Inventory> => ({
  file: 'inventories',
  columns: ['id', 'version', 'set_num'],
  read: (row) => {
    const inventoryId = idIn(row['id']);
    const version = idIn(row['version']);
    const setNumber = textIn(row['set_num']);
    if (inventoryId === undefined || version === undefined || setNumber === undefined) return 'unreadable';
    return addTo(ids, inventoryId) ? { row: { inventoryId, key: partKey(setNumber), setNumber, version } } : 'repeated';
  },
});

const quantityIn = (row: DumpRow): number | undefined => {
  const quantity = idIn(row['quantity']);
  return quantity !== undefined && quantity > 0 && quantity <= QUANTITY_MAX ? quantity : undefined;
};

/**
 * The largest table, so that its rows leave nothing in memory. A part that the release does not have stays, because a
 * set without it would seem complete.
 */
const inventoryPartReader = (inventories: ReadonlySet<number>): TableReader<InventoryPart> => ({
  file: 'inventory_parts',
  columns: ['inventory_id', 'part_num', 'color_id', 'quantity'],
  read: (row): RowResult<InventoryPart> => {
    const inventoryId = idIn(row['inventory_id']);
    const partNumber = textIn(row['part_num']);
    const colourId = idIn(row['color_id']);
    const quantity = quantityIn(row);
    if (inventoryId === undefined || partNumber === undefined || colourId === undefined || quantity === undefined)
      return 'unreadable';
    if (!inventories.has(inventoryId)) return 'dangling';
    return { row: { inventoryId, partNumber, colourId, quantity, isSpare: isTrue(row['is_spare']) } };
  },
});

const inventorySetReader = (
  inventories: ReadonlySet<number>,
  file: string,
  numberColumn: string,
): TableReader<InventorySet> => {
  const keys = new Set<string>();
  return {
    file,
    columns: ['inventory_id', numberColumn, 'quantity'],
    read: (row) => {
      const inventoryId = idIn(row['inventory_id']);
      const number = textIn(row[numberColumn]);
      const quantity = quantityIn(row);
      if (inventoryId === undefined || number === undefined || quantity === undefined) return 'unreadable';
      if (!inventories.has(inventoryId)) return 'dangling';
      const key = partKey(number);
      return addTo(keys, `${String(inventoryId)} ${key}`) ? { row: { inventoryId, key, quantity } } : 'repeated';
    },
  };
};

/** Readers for the themes, sets, minifigs and inventories of one dump, in the order in which they refer back to each other. */
export const inventoryReaders = (): {
  readonly [Name in keyof InventoryTables]: TableReader<InventoryTables[Name]>;
} => {
  const themes = new Set<number>();
  const sets = { keys: new Set<string>(), themes };
  const inventories = new Set<number>();
  return {
    themes: themeReader(themes),
    sets: setReader(sets, ['set', 'sets', 'set_num']),
    minifigs: setReader(sets, ['minifig', 'minifigs', 'fig_num']),
    inventories: inventoryReader(inventories),
    inventoryParts: inventoryPartReader(inventories),
    inventorySets: inventorySetReader(inventories, 'inventory_sets', 'set_num'),
    inventoryMinifigs: inventorySetReader(inventories, 'inventory_minifigs', 'fig_num'),
  };
};
