import type { NumberElsewhere, StoredLot } from '../domain/export-lot.ts';
import { partKey } from '../domain/catalogue.ts';
import type { OwnPartLinks } from '../domain/part-links.ts';
import type { ExportLots } from './ports/export-lots.ts';
import type { OwnPartsOf } from './ports/own-parts.ts';

/** What a table calls its parts in other systems, the shortest number of each first. */
const numbersByPart = (links: OwnPartLinks): ReadonlyMap<string, readonly NumberElsewhere[]> => {
  const numbers = new Map<string, NumberElsewhere[]>();
  const inOrder = [...links.values()].sort(
    (link, other) => link.number.length - other.number.length || (link.number < other.number ? -1 : 1),
  );
  for (const { scheme, number, partNumber } of inOrder) {
    if (scheme === 'rebrickable') continue;
    const key = partKey(partNumber);
    numbers.set(key, [...(numbers.get(key) ?? []), { scheme, number }]);
  }
  return numbers;
};

/** The lot with the owner's numbers for systems in which the cross-walk has none of its part. */
const withNumbers = (lot: StoredLot, ownNumbers: readonly NumberElsewhere[]): StoredLot => {
  const numbers = lot.numbersElsewhere ?? [];
  const schemes = new Set(numbers.map(({ scheme }) => scheme));
  return { ...lot, numbersElsewhere: [...numbers, ...ownNumbers.filter(({ scheme }) => !schemes.has(scheme))] };
};

/** Lots of a list with what its owner's table calls their parts, behind what the cross-walk calls them. */
export const withOwnNumbers = (lots: ExportLots, ownPartsOf: OwnPartsOf): ExportLots =>
  async function* (list) {
    const numbers =
      list.owner === undefined ? new Map<string, never>() : numbersByPart((await ownPartsOf(list.owner)).links);
    for await (const page of lots(list))
      yield numbers.size === 0
        ? page
        : page.map((lot) => {
            const ownNumbers = lot.part === null ? undefined : numbers.get(partKey(lot.part));
            return ownNumbers === undefined ? lot : withNumbers(lot, ownNumbers);
          });
  };
