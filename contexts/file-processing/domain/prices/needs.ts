import { partKey } from '../catalogue.ts';
import { exportLot, type ExportLossCode, type ExportSource, type StoredLot } from '../export-lot.ts';
import { EXPORT_TARGETS } from '../export-target.ts';
import type { PricedItem } from './price-events.ts';

/** What the lots of one item need together. */
export type Need = { readonly item: PricedItem; readonly lots: number; readonly pieces: number };

/** A needed lot that no price can be looked up for. */
export type UnpriceableLot = {
  readonly partNumber: string;
  readonly colour: string | null;
  readonly pieces: number;
  readonly reason: ExportLossCode;
};

export type ListNeeds = {
  readonly needs: readonly Need[];
  readonly unpriceable: readonly UnpriceableLot[];
  /** Lots whose part number is not BrickLink's and may name another part there. */
  readonly untranslatedLots: number;
};

/** Identifies an item among those of all lists. */
export const itemKeyOf = ({ itemType, number, colour }: PricedItem): string =>
  JSON.stringify([itemType, number, colour]);

const shorten = (text: string): string => text.slice(0, 80);

/** Prices are looked up by the numbers that a wanted list of BrickLink would have. */
const BRICKLINK = EXPORT_TARGETS['bricklink-xml'];

type LookedUp = { readonly item: PricedItem; readonly isTranslated: boolean };

/** The item that the lot would be in a wanted list, or why it is none that has a price. */
const itemFor = (lot: StoredLot, source: ExportSource): LookedUp | ExportLossCode => {
  if (lot.problem !== null) return lot.problem === 'not-a-part' ? 'not-a-part' : 'lot-has-problem';
  const result = exportLot(lot, source, BRICKLINK);
  if ('leftOut' in result) return result.leftOut;
  if (result.colour === null && lot.itemType === 'P') return 'colour-any';
  return {
    item: { itemType: lot.itemType, number: partKey(result.number), colour: Number(result.colour ?? 0) },
    isTranslated: !result.losses.some((loss) => loss === 'part-number-not-translated' || loss === 'part-custom'),
  };
};

/** The item that a part of the catalogue is in price guides; `undefined` when its colour is not BrickLink's. */
export const pricedPart = (part: string, colourId: number): PricedItem | undefined => {
  const colour = String(colourId);
  const lookedUp = itemFor(
    {
      ...{ lot: 0, line: 0, itemType: 'P', partNumber: part, colour, quantityText: '1', quantity: 1, role: 'needed' },
      ...{ problem: null, part, partName: null, colourId, colourName: null, elementIds: [] },
    },
    { format: 'rebrickable-csv', scheme: 'rebrickable' },
  );
  return typeof lookedUp === 'string' ? undefined : lookedUp.item;
};

const asUnpriceable = (
  { partNumber, colour, quantity, problem }: StoredLot,
  reason: ExportLossCode,
): UnpriceableLot => ({
  partNumber: shorten(partNumber),
  colour: colour === null ? null : shorten(colour),
  pieces: problem === null ? (quantity ?? 0) : 0,
  reason,
});

/** Adds up needed lots by item, over any number of lists: offers on sale serve all of them together. */
export const countNeeds = (): {
  readonly add: (lot: StoredLot, source: ExportSource) => void;
  readonly total: () => ListNeeds;
} => {
  const needs = new Map<string, Need>();
  const unpriceable: UnpriceableLot[] = [];
  let untranslatedLots = 0;

  return {
    add: (lot, source) => {
      if (lot.role !== 'needed') return;
      const lookedUp = itemFor(lot, source);
      if (typeof lookedUp === 'string') {
        unpriceable.push(asUnpriceable(lot, lookedUp));
        return;
      }
      const { item, isTranslated } = lookedUp;
      if (!isTranslated) untranslatedLots += 1;
      const key = itemKeyOf(item);
      const { lots, pieces } = needs.get(key) ?? { lots: 0, pieces: 0 };
      needs.set(key, { item, lots: lots + 1, pieces: pieces + (lot.quantity ?? 0) });
    },
    total: () => ({ needs: [...needs.values()], unpriceable, untranslatedLots }),
  };
};
