import type { NeededLot } from './needs.ts';
import { relativesOf, type RelationGraph, type Relative } from './part-relations.ts';
import type { StockPool } from './stock-pool.ts';
import { costOf, type ColourTolerance, type Difference, type Tolerance } from './tolerance.ts';

/** What the catalogue knows of substitutes. `families` has the family of each colour. */
export type SubstitutionFacts = {
  readonly graph: RelationGraph;
  readonly families: ReadonlyMap<string, string>;
};

/** A pile that may serve a lot. */
export type Choice = Difference & { readonly pile: number; readonly cost: number };

/** The choices that a lot has within a tolerance, nearest first; those of equal cost in the order of the stock. */
export type FindChoices = (lot: NeededLot, tolerance: Tolerance) => readonly Choice[];

const COLOUR_RANKS: Readonly<Record<ColourTolerance, number>> = { same: 0, family: 1, any: 2 };

const colourDifference = (
  needed: string | null,
  present: string | null,
  families: SubstitutionFacts['families'],
): ColourTolerance => {
  if (needed === null || needed === present) return 'same';
  const family = families.get(needed);
  return family !== undefined && present !== null && families.get(present) === family ? 'family' : 'any';
};

/** Looks for choices in a stock. Relatives are remembered: the same parts return in every list. */
export const choiceFinder = ({ piles, byPart }: StockPool, { graph, families }: SubstitutionFacts): FindChoices => {
  const remembered = new Map<string, readonly Relative[]>();
  const relativesInStock = (part: string, permitted: Tolerance['relations']): readonly Relative[] => {
    const key = `${part} ${permitted.toSorted().join()}`;
    const relatives =
      remembered.get(key) ?? [...relativesOf(graph, part, permitted).values()].filter((each) => byPart.has(each.part));
    remembered.set(key, relatives);
    return relatives;
  };

  return (lot, tolerance) =>
    relativesInStock(lot.part, tolerance.relations)
      .flatMap(({ part, path }) =>
        (byPart.get(part) ?? []).map((pile) => {
          const colour = colourDifference(lot.colour, piles[pile]?.colour ?? null, families);
          return { pile, path, colour, cost: costOf({ path, colour }) };
        }),
      )
      .filter(({ colour }) => COLOUR_RANKS[colour] <= COLOUR_RANKS[tolerance.colour])
      .sort((one, other) => one.cost - other.cost || one.pile - other.pile);
};
