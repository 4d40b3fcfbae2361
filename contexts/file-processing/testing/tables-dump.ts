import type { CatalogueDump } from '../application/import-catalogue.ts';

/** A dump in memory: each file as lines of comma-separated cells without quotes, the column names first. */
export const tablesDump = (id: string, files: Readonly<Record<string, readonly string[]>>): CatalogueDump => ({
  id: () => Promise.resolve(id),
  rows: (file) => {
    const [header, ...lines] = files[file]?.map((line) => line.split(',')) ?? [];
    if (header === undefined) return undefined;
    return (async function* () {
      for (const cells of lines)
        yield await Promise.resolve(Object.fromEntries(header.map((name, index) => [name, cells[index] ?? ''])));
    })();
  },
});
