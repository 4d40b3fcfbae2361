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
  neededColour: string | null,
  presentColour: string | null,
  families: SubstitutionFacts['families'],
): ColourTolerance => {
  if (neededColour === null || neededColour === presentColour) return 'same';
  const family = families.get(neededColour);
  return family !== undefined && presentColour !== null && families.get(presentColour) === family ? 'family' : 'any';
};

/** Looks for choices in a stock. Relatives are remembered: the same parts return in every list. */
export const choiceFinder = ({ piles, byPart }: StockPool, { graph, families }: SubstitutionFacts): FindChoices => {
  const relativesByKey = new Map<string, readonly Relative[]>();
  const relativesInStock = (part: string, relations: Tolerance['relations']): readonly Relative[] => {
    const key = `${part} ${relations.toSorted().join()}`;
    const relatives =
      relativesByKey.get(key) ??
      [...relativesOf(graph, part, relations).values()].filter((relative) => byPart.has(relative.part));
    relativesByKey.set(key, relatives);
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
      .sort((a, b) => a.cost - b.cost || a.pile - b.pile);
};
