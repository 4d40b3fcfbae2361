import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Results, Round } from './rounds.ts';

/**
 * Adds the rounds of this run to those of earlier runs in `folder`, and returns all of them, so that a long measurement
 * can be split over several short runs. Without a folder, the rounds of this run.
 */
export const withEarlier = (folder: string | undefined, discipline: string, results: Results): Results => {
  if (folder === undefined) return results;
  const file = join(folder, `${discipline}.json`);
  const earlier = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as [string, readonly Round[]][]) : [];
  const all = new Map(earlier);
  for (const [name, rounds] of results) all.set(name, [...(all.get(name) ?? []), ...rounds]);
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, JSON.stringify([...all]));
  return all;
};
