import { readFileSync } from 'node:fs';

const PAGE_BYTES = 4_096;
/** The growth of resident file pages above which they are released. */
const GROWTH_BYTES_MAX = 8 * 2 ** 20;
/** A lookup reads 64 KiB at most, a page and its neighbours: between two checks, the growth can double. */
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
 * Pages that are read through a memory map stay resident until it is closed, unless the system needs the memory: in the
 * end the whole file. So `release` is called once they exceed the limit, in a later turn of the event loop than the
 * lookup, whose pages must stay mapped to the end of its turn.
 */
export const residentPages = (release: () => void, resident: () => number | undefined = residentFileBytes) => {
  const initial = resident();
  // A system that does not report resident pages now will not do so later.
  if (initial === undefined) return { countLookup: () => undefined };
  let baseline = initial;
  let lookups = 0;
  let scheduledCheck: NodeJS.Immediate | undefined;

  const releaseAll = (): void => {
    scheduledCheck = undefined;
    release();
    baseline = resident() ?? 0;
  };

  return {
    /** To be called with each lookup. */
    countLookup: (): void => {
      lookups += 1;
      if (lookups % LOOKUPS_PER_CHECK !== 0 || scheduledCheck !== undefined) return;
      if ((resident() ?? 0) - baseline > GROWTH_BYTES_MAX) scheduledCheck = setImmediate(releaseAll);
    },
  };
};
