import { readFileSync } from 'node:fs';

const PAGE_BYTES = 4_096;
/** How much a mapped file may add to what is resident before it is handed back. */
const GROWTH_BYTES_MAX = 8 * 2 ** 20;
/** A find brings 64 KiB at most, a page and its neighbours: between two looks, the growth can double. */
const LOOKUPS_PER_CHECK = 128;

/** Bytes of files that are resident in this process; undefined where the system does not tell (only Linux does so in a file). */
const residentFileBytes = (): number | undefined => {
  try {
    return Number(readFileSync('/proc/self/statm', 'latin1').split(' ')[2]) * PAGE_BYTES;
  } catch {
    return undefined;
  }
};

/**
 * What is read through a map stays resident until the map goes, if nobody else wants the memory: in the end the whole
 * file. So `handBack` is called now and then, never within the turn of a find: whoever is looking something up may
 * go on to the end of that turn.
 */
export const residentPages = (release: () => void, resident: () => number | undefined = residentFileBytes) => {
  const initial = resident();
  // Asking again and again would cost, and tell nothing.
  if (initial === undefined) return { countLookup: () => undefined };
  let baseline = initial;
  let lookups = 0;
  let scheduled: NodeJS.Immediate | undefined;

  const releaseAll = (): void => {
    scheduled = undefined;
    release();
    baseline = resident() ?? 0;
  };

  return {
    /** To be called with each find. */
    countLookup: (): void => {
      lookups += 1;
      if (lookups % LOOKUPS_PER_CHECK !== 0 || scheduled !== undefined) return;
      if ((resident() ?? 0) - baseline > GROWTH_BYTES_MAX) scheduled = setImmediate(releaseAll);
    },
  };
};
