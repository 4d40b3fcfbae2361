import { copyRows, type CopyValue } from '@lego-moc/postgres/copy';
import type { Database, Queries } from '@lego-moc/postgres/database';
import type { CatalogueTables, TableName } from '../../domain/catalogue-rows.ts';
import type { CatalogueSet, InventorySet } from '../../domain/inventory-rows.ts';
import type { CatalogueStore } from '../../application/import-catalogue.ts';
import type { Release } from '../../application/ports/catalogue.ts';
import { recordMovedParts } from './moved-parts.ts';
import { fillPartColours } from './part-colour-queries.ts';

type TableMapping<Row> = {
  readonly table: string;
  readonly columns: readonly string[];
  readonly values: (row: Row) => readonly CopyValue[];
};

const SETS: TableMapping<CatalogueSet> = {
  table: 'catalogue_set',
  columns: ['key', 'set_number', 'kind', 'name', 'year', 'pieces', 'theme_id'],
  values: ({ key, setNumber, kind, name, year, pieces, themeId }) => [
    ...[key, setNumber, kind, name, year, pieces, themeId],
  ],
};

const INVENTORY_SETS: TableMapping<InventorySet> = {
  table: 'inventory_set',
  columns: ['inventory_id', 'key', 'quantity'],
  values: ({ inventoryId, key, quantity }) => [inventoryId, key, quantity],
};

const TABLES: { readonly [Name in TableName]: TableMapping<CatalogueTables[Name]> } = {
  categories: { table: 'part_category', columns: ['id', 'name'], values: ({ id, name }) => [id, name] },
  colours: {
    table: 'colour',
    columns: ['id', 'name', 'rgb', 'transparent'],
    values: ({ id, name, rgb, transparent }) => [id, name, rgb, transparent],
  },
  parts: {
    table: 'part',
    columns: ['key', 'part_number', 'name', 'category_id', 'material'],
    values: ({ key, partNumber, name, categoryId, material }) => [key, partNumber, name, categoryId, material],
  },
  elements: {
    table: 'element',
    columns: ['element_id', 'part_number', 'colour_id', 'design_id'],
    values: ({ elementId, partNumber, colourId, designId }) => [elementId, partNumber, colourId, designId],
  },
  relationships: {
    table: 'part_relationship',
    columns: ['kind', 'child_part_number', 'parent_part_number'],
    values: ({ kind, child, parent }) => [kind, child, parent],
  },
  themes: {
    table: 'theme',
    columns: ['id', 'name', 'parent_id'],
    values: ({ id, name, parentId }) => [id, name, parentId],
  },
  sets: SETS,
  minifigs: SETS,
  inventories: {
    table: 'inventory',
    columns: ['inventory_id', 'key', 'set_number', 'version'],
    values: ({ inventoryId, key, setNumber, version }) => [inventoryId, key, setNumber, version],
  },
  inventoryParts: {
    table: 'inventory_part',
    columns: ['inventory_id', 'part_number', 'colour_id', 'quantity', 'is_spare'],
    values: ({ inventoryId, partNumber, colourId, quantity, isSpare }) => [
      ...[inventoryId, partNumber, colourId, quantity, isSpare],
    ],
  },
  inventorySets: INVENTORY_SETS,
  inventoryMinifigs: INVENTORY_SETS,
};
/** With the summary that is filled when a release is published. */
const TABLE_NAMES = [...new Set([...Object.values(TABLES).map(({ table }) => table), 'part_colour'])];

/** A job uses the release that was newest when it began; no job takes as long as two imports. */
const RELEASES_MAX = 3;

/** An import that has not been published by then was broken off. */
const IMPORT_TIME_MAX = '1 hour';

const deleteOldReleases = async (db: Queries): Promise<void> => {
  const rows = await db.any<{ number: number }>(
    `DELETE FROM catalogue_release
      WHERE number NOT IN (SELECT number FROM catalogue_release WHERE ready_at IS NOT NULL
                            ORDER BY ready_at DESC, number DESC LIMIT $1)
        AND (ready_at IS NOT NULL OR begun_at < now() - $2::interval)
      RETURNING number`,
    [RELEASES_MAX, IMPORT_TIME_MAX],
  );
  const numbers = rows.map(({ number }) => number);
  if (numbers.length === 0) return;
  for (const table of TABLE_NAMES) await db.none(`DELETE FROM ${table} WHERE release = ANY($1::integer[])`, [numbers]);
};

/** Releases as rows side by side; which of them is read is one column of one row, so no reader ever sees a half. */
export const postgresCatalogueStore = (db: Database): CatalogueStore => ({
  isEmpty: async () =>
    (await db.oneOrNone('SELECT 1 FROM catalogue_release WHERE ready_at IS NOT NULL LIMIT 1')) === null,

  newestIf: async (id) => {
    const newest = await db.oneOrNone<Release>(
      'SELECT number, id FROM catalogue_release WHERE ready_at IS NOT NULL ORDER BY ready_at DESC, number DESC LIMIT 1',
    );
    return newest?.id === id ? newest : undefined;
  },

  begin: (id) => db.one<Release>('INSERT INTO catalogue_release (id) VALUES ($1) RETURNING number, id', [id]),

  fill: async ({ number }, name, rows) => {
    const { table, columns, values } = TABLES[name];
    const rowsWithRelease = async function* (): AsyncGenerator<readonly CopyValue[]> {
      for await (const row of rows) yield [number, ...values(row)];
    };
    await copyRows(db, table, ['release', ...columns], rowsWithRelease());
  },

  publish: async ({ number }, counts) => {
    await db.withoutTimeouts.tx(async (transaction) => {
      await fillPartColours(transaction, number);
      await recordMovedParts(transaction, number);
      await transaction.none(
        'UPDATE catalogue_release SET ready_at = clock_timestamp(), counts = $2 WHERE number = $1',
        [number, JSON.stringify(counts)],
      );
      await deleteOldReleases(transaction);
    });
    // Without statistics the planner would not know for minutes that there are 100,000 new rows.
    for (const table of TABLE_NAMES) await db.withoutTimeouts.none(`ANALYZE ${table}`);
  },
});
