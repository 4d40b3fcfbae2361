import { derivedId } from '@lego-moc/kernel/ids';
import { toleranceOf, type NeededList } from './needs.ts';
import { relativesOf, type RelationGraph } from './part-relations.ts';
import type { StockPool } from './stock-pool.ts';
import type { Tolerance } from './tolerance.ts';

/** Says which pieces of a stock a list can take: it differs when one of them, or the list, does. */
export type FingerprintOf = (list: NeededList) => string;

type Relatives = Map<string, readonly string[]>;

/** The relatives of parts by graph: those of one release are the same for every stock. */
const relativesOfGraphs = new WeakMap<RelationGraph, Relatives>();

const relativesFinder = (graph: RelationGraph) => {
  const relatives: Relatives = relativesOfGraphs.get(graph) ?? new Map<string, readonly string[]>();
  relativesOfGraphs.set(graph, relatives);
  return (part: string, relations: Tolerance['relations']): readonly string[] => {
    const key = `${part} ${relations.toSorted().join()}`;
    const parts = relatives.get(key) ?? [...relativesOf(graph, part, relations).keys()];
    relatives.set(key, parts);
    return parts;
  };
};

/**
 * Finds out of which parts a list can take pieces, and how many of each are there in every colour. Far cheaper than to
 * assign them, so that a score which is known for the same pieces need not be worked out again.
 */
export const fingerprinter = ({ piles, byPart }: StockPool, graph: RelationGraph): FingerprintOf => {
  const relatives = relativesFinder(graph);
  const stockOfParts = new Map<string, string>();

  const stockOf = (part: string): string => {
    const knownStock = stockOfParts.get(part);
    if (knownStock !== undefined) return knownStock;
    const partPiles = (byPart.get(part) ?? []).flatMap((index) => {
      const pile = piles[index];
      return pile === undefined ? [] : [[pile.colour, pile.reservedFor, pile.quantity]];
    });
    const stock = partPiles.length === 0 ? '' : derivedId(part, JSON.stringify(partPiles));
    stockOfParts.set(part, stock);
    return stock;
  };

  return (list) =>
    derivedId(
      list.listId,
      ...list.lots.flatMap((lot) => {
        const tolerance = toleranceOf(lot, list);
        const { part, colour, quantity } = lot;
        const need = JSON.stringify([part, colour, quantity, tolerance.colour]);
        return [need, ...relatives(part, tolerance.relations).map(stockOf)];
      }),
    );
};
