/**
 * A lot that a MOC needs, by the part and colour of the catalogue where it knows them, and as they are written. A part
 * that was renamed in the catalogue is one part under both numbers.
 */
export type NeededLot = {
  /** As BrickLink calls them: `P` for a part, `S` for a set, `M` for a minifig. */
  readonly itemType: string;
  /** The key of the part: its number in the catalogue, or as it is written where that does not have it. */
  readonly part: string;
  /** The key of the colour, likewise; empty for none. */
  readonly colour: string;
  /** The number as it is written in the list. */
  readonly partNumber: string;
  readonly partName: string | null;
  readonly colourName: string | null;
  readonly quantity: number;
};

const WRITTEN_PREFIX = 'written:';

/** The key of a part or colour that the catalogue does not have. */
export const writtenKey = (text: string): string => `${WRITTEN_PREFIX}${text}`;

/** The number or colour that a key stands for. */
export const withoutWrittenKey = (key: string): string =>
  key.startsWith(WRITTEN_PREFIX) ? key.slice(WRITTEN_PREFIX.length) : key;

const keyOf = ({ itemType, part, colour }: NeededLot): string => JSON.stringify([part, colour, itemType]);

/** One lot for each part and colour, with the sum of the quantities, by part and colour. */
export const mergeLots = (lots: readonly NeededLot[]): ReadonlyMap<string, NeededLot> => {
  const lotsByKey = new Map<string, NeededLot>();
  for (const lot of lots) {
    if (lot.quantity <= 0) continue;
    const before = lotsByKey.get(keyOf(lot));
    lotsByKey.set(keyOf(lot), before === undefined ? lot : { ...before, quantity: before.quantity + lot.quantity });
  }
  return new Map([...lotsByKey].sort(([some], [other]) => (some < other ? -1 : 1)));
};

/** The lots of `some` beyond those of `others`. */
const surplus = (some: ReadonlyMap<string, NeededLot>, others: ReadonlyMap<string, NeededLot>): readonly NeededLot[] =>
  [...some].flatMap(([key, lot]) => {
    const quantity = lot.quantity - (others.get(key)?.quantity ?? 0);
    return quantity > 0 ? [{ ...lot, quantity }] : [];
  });

/** What is to be bought by somebody who has the lots of `from` and builds `to`, and what is left over then. */
export type Rebuy = { readonly buy: readonly NeededLot[]; readonly leftOver: readonly NeededLot[] };

export const rebuyOf = (from: readonly NeededLot[], to: readonly NeededLot[]): Rebuy => {
  const [before, after] = [mergeLots(from), mergeLots(to)];
  return { buy: surplus(after, before), leftOver: surplus(before, after) };
};

type QuantityChange = { readonly lot: NeededLot; readonly from: number; readonly to: number };
type Recolouring = { readonly from: NeededLot; readonly to: NeededLot; readonly quantity: number };
type Renaming = { readonly lot: NeededLot; readonly from: string; readonly to: string };

/** How the needed lots of two contents differ. A renamed part is no difference in quantity. */
export type PartsDiff = {
  readonly added: readonly NeededLot[];
  readonly removed: readonly NeededLot[];
  /** Pieces of a part that are needed in a colour that was not needed before instead of one that is not any more. */
  readonly recoloured: readonly Recolouring[];
  readonly quantity: readonly QuantityChange[];
  /** The same part of the catalogue, written with another number. */
  readonly renamed: readonly Renaming[];
};

const missingFrom = (others: ReadonlyMap<string, NeededLot>, some: ReadonlyMap<string, NeededLot>): NeededLot[] =>
  [...some].flatMap(([key, lot]) => (others.has(key) ? [] : [lot]));

type Pairing = {
  readonly recoloured: readonly Recolouring[];
  readonly removed: NeededLot[];
  readonly added: NeededLot[];
};

/** Pairs pieces of a part in colours that are gone with pieces of it in new colours; the rest was removed or added. */
const pairColours = (oldLots: readonly NeededLot[], newLots: readonly NeededLot[]): Pairing => {
  const openQuantities = new Map(newLots.map((lot) => [lot, lot.quantity]));
  const pairs: Recolouring[] = [];
  const removedLots: NeededLot[] = [];
  for (const from of oldLots) {
    let remaining = from.quantity;
    for (const [to, open] of openQuantities) {
      const quantity = to.part === from.part ? Math.min(remaining, open) : 0;
      if (quantity === 0) continue;
      pairs.push({ from, to, quantity });
      openQuantities.set(to, open - quantity);
      remaining -= quantity;
    }
    if (remaining > 0) removedLots.push({ ...from, quantity: remaining });
  }
  const addedLots = [...openQuantities].flatMap(([lot, quantity]) => (quantity > 0 ? [{ ...lot, quantity }] : []));
  return { recoloured: pairs, removed: removedLots, added: addedLots };
};

export const diffLots = (from: readonly NeededLot[], to: readonly NeededLot[]): PartsDiff => {
  const [before, after] = [mergeLots(from), mergeLots(to)];
  const common = [...before].flatMap(([key, lot]) => {
    const other = after.get(key);
    return other === undefined ? [] : [{ lot: other, before: lot }];
  });
  return {
    ...pairColours(missingFrom(after, before), missingFrom(before, after)),
    quantity: common
      .filter(({ lot, before: old }) => lot.quantity !== old.quantity)
      .map(({ lot, before: old }) => ({ lot, from: old.quantity, to: lot.quantity })),
    renamed: common
      .filter(({ lot, before: old }) => lot.partNumber !== old.partNumber)
      .map(({ lot, before: old }) => ({ lot, from: old.partNumber, to: lot.partNumber })),
  };
};
