import { checkProgressOf, type Progress } from '../buildability/buildability.ts';
import { choiceFinder, type SubstitutionFacts } from '../buildability/choices.ts';
import { itemKeyOf } from '../buildability/item-key.ts';
import { toleranceOf, type NeededList, type StockLot } from '../buildability/needs.ts';
import { relativesOf } from '../buildability/part-relations.ts';
import { stockPool } from '../buildability/stock-pool.ts';
import { pieceOf, type LotQuantity } from '../lots.ts';

/** Lists to build together, and what there is to build them from. */
export type BuildBasis = {
  readonly lists: readonly NeededList[];
  readonly stock: readonly StockLot[];
  readonly substitutes: SubstitutionFacts;
};

/** What one more set brings when it is opened. */
export type SetGain = {
  /** Missing pieces that would not be missing any more. */
  readonly pieces: number;
  /** Of all missing pieces, in whole per cent, rounded down; 0 when nothing is missing. */
  readonly percentage: number;
  /** That of all lists together, with the set. */
  readonly progress: Progress;
};

/** The same without stock that no lot of the lists can take by its tolerance: most of a large stock. */
export const withoutUselessStock = (basis: BuildBasis): BuildBasis => {
  const usefulParts = new Set(
    basis.lists.flatMap((list) =>
      list.lots.flatMap((lot) => [
        ...relativesOf(basis.substitutes.graph, lot.part, toleranceOf(lot, list).relations).keys(),
      ]),
    ),
  );
  return { ...basis, stock: basis.stock.filter(({ part }) => usefulParts.has(part)) };
};

/** The pieces of an opened set as stock that nothing is reserved for. */
const toStock = (contents: readonly LotQuantity[]): readonly StockLot[] =>
  contents.map(({ lot, quantity }) => {
    const { colour, ...item } = pieceOf(lot);
    return { holding: 'set', part: itemKeyOf(item), colour, quantity, reservedFor: null };
  });

/**
 * What a set with these contents brings to the lists, of which `before` can be built. All lots are assigned anew, because
 * a piece of the set may serve one lot and leave an owned piece to another.
 */
export const gainOfSet = (
  { lists, stock, substitutes }: BuildBasis,
  before: Progress,
  contents: readonly LotQuantity[],
): SetGain => {
  const pool = stockPool([...stock, ...toStock(contents)]);
  const progress = checkProgressOf(lists, { pool, find: choiceFinder(pool, substitutes) });
  const pieces = progress.pieces.available - before.pieces.available;
  const missing = before.pieces.needed - before.pieces.available;
  return { pieces, percentage: missing === 0 ? 0 : Math.floor((pieces * 100) / missing), progress };
};
