import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { newId } from '@lego-moc/application/new-id';
import type { MocPayload } from '@lego-moc/moc-management/contracts/integration-events';

/** The titles in a CSV file, packed or not, whose second column is a name: Rebrickable's sets.csv(.gz). */
export const readTitles = async (path: string): Promise<readonly string[]> => {
  const bytes = await readFile(path);
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  const titles = text
    .split('\n')
    .slice(1)
    .flatMap((line) => /^[^,]*,(?:"((?:[^"]|"")*)"|([^,]*)),/u.exec(line)?.slice(1).find(Boolean) ?? []);
  if (titles.length === 0) throw new Error(`${path} has no second column`);
  return titles;
};

const THEMES = ['City', 'Castle', 'Space', 'Technic', 'Star Wars', 'Trains', 'Harbour', 'Modular', 'Farm', 'Fantasy'];

/** The same numbers in every run. */
export const createRandom = (seed = 1): ((below: number) => number) => {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
};

export const pick = <T>(values: readonly T[], random: (below: number) => number): T => {
  const value = values[random(values.length)];
  if (value === undefined) throw new Error('Nothing to pick from');
  return value;
};

const COLOURS = [
  'Red',
  'Blue',
  'White',
  'Black',
  'Tan',
  'Dark Red',
  'Green',
  'Yellow',
  'Trans-Clear',
  'Sand Green',
].map((name, at) => ({ id: String(at), name, pieces: 100 }));
const PARTS = Array.from({ length: 5_000 }, (_, number) => `${3_000 + number}`);

/** About a third of a few values, or 48 of many. */
const distinctOf = <T>(values: readonly T[], random: (below: number) => number): T[] => [
  ...new Set(Array.from({ length: Math.min(48, Math.ceil(values.length / 3)) }, () => pick(values, random))),
];

/** A published MOC with one of these titles; tags are words of other titles. */
export const mocFrom = (
  titles: readonly string[],
  random: (below: number) => number,
): Exclude<MocPayload, { status: 'deleted' }> => ({
  ...{ status: 'published', mocId: newId(), owner: `builder-${random(5_000)}`, title: pick(titles, random) },
  ...{ description: `${pick(titles, random)}. ${pick(titles, random)}.`, theme: pick(THEMES, random) },
  tags: [pick(titles, random), pick(titles, random)].map((title) => title.split(' ')[0] ?? title),
  ...{ totalPieces: random(6_000), partsLists: [], files: [], changed: [] },
  ...{ colours: distinctOf(COLOURS, random), parts: distinctOf(PARTS, random) },
  createdAt: `${2015 + random(11)}-03-01T12:00:00.000Z`,
  publishedAt: `${2015 + random(11)}-04-01T12:00:00.000Z`,
});
