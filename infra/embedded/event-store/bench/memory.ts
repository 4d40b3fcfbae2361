import { readFileSync } from 'node:fs';

/** What a node promises to hold resident at most, pages of files included. */
export const MEMORY_MAX = 200 * 2 ** 20;

/**
 * Resident bytes of a process: its own, which nobody else can have, and the pages of files, Node.js and the data, that
 * the system lends it while it has room.
 */
export type Memory = { readonly own: number; readonly files: number };

/** Undefined where the system does not tell (only Linux does so in a file). */
export const memoryOf = (pid: number): Memory | undefined => {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const kibibytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
    return { own: kibibytes('RssAnon') * 1_024, files: kibibytes('RssFile') * 1_024 };
  } catch {
    return undefined;
  }
};
