import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const manifest = z.object({
  version: z.literal(1),
  beganAt: z.iso.datetime(),
  endedAt: z.iso.datetime(),
  events: z.number().int().nonnegative(),
  objects: z.number().int().nonnegative(),
});

/** What a backup says of itself. Everything that was acknowledged before `beganAt` is in it. */
export type Manifest = z.infer<typeof manifest>;

const pathIn = (folder: string): string => join(folder, 'backup.json');

/** Written last: a folder without it is no backup. */
export const writeManifest = (folder: string, content: Manifest): Promise<void> =>
  writeFile(pathIn(folder), `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });

/** Throws when the folder holds no backup, or one that was cut off. */
export const readManifest = async (folder: string): Promise<Manifest> => {
  try {
    return manifest.parse(JSON.parse(await readFile(pathIn(folder), 'utf8')));
  } catch (error) {
    throw new Error(`${folder} holds no whole backup: its backup.json is missing or another's.`, { cause: error });
  }
};
