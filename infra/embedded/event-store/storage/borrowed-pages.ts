import { readFileSync } from 'node:fs';

const PAGE_BYTES = 4_096;
/** How much a mapped file may add to what is resident before it is handed back. */
const GROWTH_MAX = 8 * 2 ** 20;
/** A find brings 64 KiB at most, a page and its neighbours: between two looks, the growth can double. */
const FINDS_BETWEEN_LOOKS = 128;

/** Bytes of files that are resident in this process; undefined where the system does not tell (only Linux does so in a file). */
const residentFiles = (): number | undefined => {
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
export const borrowedPages = (handBack: () => void, resident: () => number | undefined = residentFiles) => {
  const atFirst = resident();
  // Asking again and again would cost, and tell nothing.
  if (atFirst === undefined) return { noteFind: () => undefined };
  let before = atFirst;
  let finds = 0;
  let due: NodeJS.Immediate | undefined;

  const returnAll = (): void => {
    due = undefined;
    handBack();
    before = resident() ?? 0;
  };

  return {
    /** To be called with each find. */
    noteFind: (): void => {
      finds += 1;
      if (finds % FINDS_BETWEEN_LOOKS !== 0 || due !== undefined) return;
      if ((resident() ?? 0) - before > GROWTH_MAX) due = setImmediate(returnAll);
    },
  };
};
