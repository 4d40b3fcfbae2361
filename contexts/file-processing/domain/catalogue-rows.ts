import { isTrue } from './columns.ts';
import { partKey } from './catalogue.ts';
import { addTo, existingOrNull, idIn, textIn, type TableReader } from './dump-cells.ts';
import { inventoryReaders, type InventoryTables } from './inventory-rows.ts';

export type Category = { readonly id: number; readonly name: string };
export type Colour = {
  readonly id: number;
  readonly name: string;
  readonly rgb: string;
  readonly transparent: boolean;
};
export type Part = {
  readonly key: string;
  readonly partNumber: string;
  readonly name: string;
  readonly categoryId: number | null;
  readonly material: string | null;
};
/** A part in a colour under the number that LEGO sells it by. */
export type Element = {
  readonly elementId: string;
  readonly partNumber: string;
  readonly colourId: number;
  readonly designId: string | null;
};
/** How two parts relate, in Rebrickable's letters: P print, R pair, B sub-part, M mould, A alternate, T pattern. */
export type PartRelationship = { readonly kind: string; readonly child: string; readonly parent: string };

/** The tables of a catalogue in the order in which they refer back to each other. */
export type CatalogueTables = InventoryTables & {
  readonly categories: Category;
  readonly colours: Colour;
  readonly parts: Part;
  readonly elements: Element;
  readonly relationships: PartRelationship;
};
export type TableName = keyof CatalogueTables;

export type DumpReaders = { readonly [Name in TableName]: TableReader<CatalogueTables[Name]> };

const categoryReader = (ids: Set<number>): TableReader<Category> => ({
  file: 'part_categories',
  columns: ['id', 'name'],
  read: (row) => {
    const id = idIn(row['id']);
    const name = textIn(row['name']);
    if (id === undefined || name === undefined) return 'unreadable';
    return addTo(ids, id) ? { row: { id, name } } : 'repeated';
  },
});

const colourReader = (ids: Set<number>): TableReader<Colour> => ({
  file: 'colors',
  columns: ['id', 'name', 'rgb', 'is_trans'],
  read: (row) => {
    const id = idIn(row['id']);
    const name = textIn(row['name']);
    if (id === undefined || name === undefined) return 'unreadable';
    const colour = { id, name, rgb: row['rgb'] ?? '', transparent: isTrue(row['is_trans']) };
    return addTo(ids, id) ? { row: colour } : 'repeated';
  },
});

/** A part of a category that is not there is a part all the same. */
const partReader = (ids: Set<string>, categories: ReadonlySet<number>): TableReader<Part> => ({
  file: 'parts',
  columns: ['part_num', 'name', 'part_cat_id'],
  read: (row) => {
    const partNumber = textIn(row['part_num']);
    if (partNumber === undefined) return 'unreadable';
    const categoryId = idIn(row['part_cat_id']);
    const key = partKey(partNumber);
    const part = {
      ...{ key, partNumber, name: row['name'] ?? '', categoryId: existingOrNull(categories, categoryId) },
      material: textIn(row['part_material']) ?? null,
    };
    return addTo(ids, key) ? { row: part } : 'repeated';
  },
});

const elementReader = (parts: ReadonlySet<string>, colours: ReadonlySet<number>): TableReader<Element> => {
  const ids = new Set<string>();
  return {
    file: 'elements',
    columns: ['element_id', 'part_num', 'color_id'],
    read: (row) => {
      const elementId = textIn(row['element_id']);
      const partNumber = textIn(row['part_num']);
      const colourId = idIn(row['color_id']);
      if (elementId === undefined || partNumber === undefined || colourId === undefined) return 'unreadable';
      if (!parts.has(partKey(partNumber)) || !colours.has(colourId)) return 'dangling';
      const element = { elementId, partNumber, colourId, designId: textIn(row['design_id']) ?? null };
      return addTo(ids, elementId) ? { row: element } : 'repeated';
    },
  };
};

const relationshipReader = (parts: ReadonlySet<string>): TableReader<PartRelationship> => ({
  file: 'part_relationships',
  columns: ['rel_type', 'child_part_num', 'parent_part_num'],
  read: (row) => {
    const kind = textIn(row['rel_type']);
    const child = textIn(row['child_part_num']);
    const parent = textIn(row['parent_part_num']);
    if (kind === undefined || child === undefined || parent === undefined) return 'unreadable';
    return parts.has(partKey(child)) && parts.has(partKey(parent)) ? { row: { kind, child, parent } } : 'dangling';
  },
});

/** Readers for one dump, to be used in the order of `CatalogueTables`: later tables refer to earlier ones. */
export const createDumpReaders = (): DumpReaders => {
  const categories = new Set<number>();
  const colours = new Set<number>();
  const parts = new Set<string>();
  return {
    categories: categoryReader(categories),
    colours: colourReader(colours),
    parts: partReader(parts, categories),
    elements: elementReader(parts, colours),
    relationships: relationshipReader(parts),
    ...inventoryReaders(),
  };
};
