import type { CheckedLot } from './catalogue.ts';
import { emptyTally, tally, type Findings, type LotFindings, type Opening, type UnopenedSet } from './findings.ts';
import { parseLot, type Lot } from './lot.ts';

/** A lot of a list that is a set (`S`) or a minifig (`M`) and counts. */
export type SetLot = {
  readonly lot: number;
  readonly line: number;
  readonly itemType: 'S' | 'M';
  readonly number: string;
  readonly quantity: number;
  readonly role: 'needed' | 'extra';
};

/** What is in one set or minifig of the lot `setLot`, in the numbers of the catalogue. */
export type SetContent = {
  readonly setLot: number;
  /** Sets and minifigs are contents that have no inventory of their own. */
  readonly itemType: 'P' | 'S' | 'M';
  readonly number: string;
  readonly colourId: number | null;
  readonly isSpare: boolean;
  readonly quantity: number;
};

/** The sets that have contents; the others stay as they are. */
export const openedSetsOf = (sets: readonly SetLot[], contents: readonly SetContent[]): readonly SetLot[] => {
  const openedLots = new Set(contents.map(({ setLot }) => setLot));
  return sets.filter(({ lot }) => openedLots.has(lot));
};

/** The contents as lots of the list, numbered on from its last lot. Spares are extra, and all parts of an extra set are. */
export const contentLots = (
  sets: readonly SetLot[],
  contents: readonly SetContent[],
  lastLot: number,
): readonly Lot[] => {
  const setsByLot = new Map(sets.map((set) => [set.lot, set]));
  return contents.flatMap(({ setLot, itemType, number, colourId, isSpare, quantity }, index) => {
    const set = setsByLot.get(setLot);
    if (set === undefined) return [];
    const raw = {
      ...{ line: set.line, itemType, partNumber: number, openedFrom: setLot },
      ...{ colour: colourId === null ? null : String(colourId), colourName: null },
      ...{ quantityText: String(quantity * set.quantity), role: isSpare ? ('extra' as const) : set.role },
    };
    return [parseLot(raw, lastLot + index + 1)];
  });
};

const itemsIn = (sets: readonly SetLot[], itemType: 'S' | 'M'): number =>
  sets.reduce((sum, set) => (set.itemType === itemType ? sum + set.quantity : sum), 0);

/** The findings of a list whose sets `sets` do not count any more, since their contents are about to be added. */
export const withoutSets = ({ sets = 0, minifigs = 0, ...findings }: Findings, openedSets: readonly SetLot[]) => {
  const neededSets = openedSets.filter(({ role }) => role === 'needed');
  const [setsLeft, minifigsLeft] = [sets - itemsIn(neededSets, 'S'), minifigs - itemsIn(neededSets, 'M')];
  return {
    ...findings,
    ...(setsLeft > 0 ? { sets: setsLeft } : {}),
    ...(minifigsLeft > 0 ? { minifigs: minifigsLeft } : {}),
  };
};

const unopenedSet = ({ lot, line, itemType }: SetLot | CheckedLot, number: string, quantity: number): UnopenedSet => ({
  ...{ lot, line, kind: itemType === 'S' ? 'set' : 'minifig', number: number.slice(0, 80), quantity },
});

/** What an opening did: `contents` are the findings of the lots that were added, and `unopenedContents` those that are sets. */
export const openingOf = (
  catalogueRelease: string,
  { sets, openedSets }: { readonly sets: readonly SetLot[]; readonly openedSets: readonly SetLot[] },
  { lots, pieces, piecesExtra }: LotFindings,
  unopenedContents: readonly CheckedLot[],
): Omit<Opening, 'openedAt'> => {
  const openedLots = new Set(openedSets.map(({ lot }) => lot));
  const unopenedSets = [
    ...sets.filter(({ lot }) => !openedLots.has(lot)).map((set) => unopenedSet(set, set.number, set.quantity)),
    ...unopenedContents.map((lot) => unopenedSet(lot, lot.partNumber, lot.quantity ?? 0)),
  ];
  return {
    ...{ catalogueRelease, sets: itemsIn(openedSets, 'S'), minifigs: itemsIn(openedSets, 'M') },
    ...{ lots, pieces, piecesExtra, unopened: tally(emptyTally, unopenedSets) },
  };
};
