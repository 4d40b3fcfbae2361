import { partKey, type CatalogueExtract, type ElementOf } from '../domain/catalogue.ts';
import { createDumpReaders, type CatalogueTables, type TableName } from '../domain/catalogue-rows.ts';
import { indexLinks, type PartLink } from '../domain/part-links.ts';
import type { CatalogueDump } from './import-catalogue.ts';
import type { Catalogue } from './ports/catalogue.ts';

/** A dump, and links to its parts, as a catalogue in memory, for reading lists without a database. Throws `DumpUnreadable`. */
export const catalogueOf = async (dump: CatalogueDump, links: readonly PartLink[] = []): Promise<Catalogue> => {
  const readers = createDumpReaders();
  const rowsOf = async function* <Name extends TableName>(table: Name): AsyncGenerator<CatalogueTables[Name]> {
    const { file, columns, read } = readers[table];
    for await (const row of dump.rows(file, columns) ?? []) {
      const result = read(row);
      if (typeof result === 'object') yield result.row;
    }
  };

  const parts = new Map<string, string>();
  const colours = new Map<number, string>();
  const partColours = new Map<string, Set<number>>();
  const elements = new Map<string, ElementOf>();
  for await (const { id, name } of rowsOf('colours')) colours.set(id, name);
  for await (const { key, partNumber } of rowsOf('parts')) parts.set(key, partNumber);
  for await (const { elementId, partNumber, colourId } of rowsOf('elements')) {
    const part = parts.get(partKey(partNumber)) ?? partNumber;
    elements.set(elementId, { partNumber: part, colourId });
    partColours.set(part, (partColours.get(part) ?? new Set()).add(colourId));
  }
  const extract: CatalogueExtract = { parts, colours, partColours, elements, links: indexLinks(links) };
  const id = await dump.id();
  return {
    newestRelease: () => Promise.resolve({ number: 0, id }),
    lookUp: () => Promise.resolve(extract),
  };
};
