import type { NeededList, StockLot } from '../domain/buildability/needs.ts';
import type { Tolerance } from '../domain/buildability/tolerance.ts';

export const OWNED_PIECES = 100_000;
const MOC_PIECES = 2_200;
export const PARTS = 5_000;
export const COLOURS = 60;

/** Marsaglia's xorshift: the same data in every run. */
export const randomBelow = (() => {
  let state = 2_463_534_242;
  return (limit: number): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
})();
/** Common parts and colours are far more common than rare ones. */
export const pickCommon = (limit: number): string =>
  String(Math.min(randomBelow(limit), randomBelow(limit), randomBelow(limit)));

/** Random lots until there are so many pieces. */
export const fill = <Lot extends { readonly quantity: number }>(pieces: number, lot: () => Lot): readonly Lot[] => {
  const lots: Lot[] = [];
  for (let sum = 0; sum < pieces; sum += lots.at(-1)?.quantity ?? 1) lots.push(lot());
  return lots;
};

/** The pieces of a builder, in forty bins. */
export const stock = fill<StockLot>(OWNED_PIECES, () => ({
  ...{ holding: `bin ${randomBelow(40)}`, part: pickCommon(PARTS), colour: pickCommon(COLOURS) },
  ...{ quantity: 1 + randomBelow(9), reservedFor: null },
}));
/** What a MOC of the usual size needs. */
export const mocOf = (listId: string, tolerance: Tolerance): NeededList => {
  const kinds = new Map<string, NeededList['lots'][number]>();
  const lots = fill(MOC_PIECES, () => ({
    part: pickCommon(PARTS),
    colour: pickCommon(COLOURS),
    quantity: 1 + randomBelow(9),
  }));
  for (const lot of lots) {
    const lotId = `${lot.part}:${lot.colour}`;
    const quantity = lot.quantity + (kinds.get(lotId)?.quantity ?? 0);
    kinds.set(lotId, { ...lot, lotId, quantity, hidden: false, tolerance: null });
  }
  return { listId, lots: [...kinds.values()], tolerance, hiddenTolerance: tolerance };
};
