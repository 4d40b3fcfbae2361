import type { Instant } from '@lego-moc/kernel/message';
import type { ExportLossCode } from '../export-lot.ts';
import { SHOWN_MAX, type Tally } from '../findings.ts';
import { isFresh, type DatedFigures } from './freshness.ts';
import { itemKeyOf, type ListNeeds, type Need } from './needs.ts';
import type { Guide, PricedItem, UnitPrices } from './price-events.ts';

/** The newest figures of an item in one currency. */
export type LatestPrice = PricedItem & DatedFigures & { readonly currency: string };

/** Why a lot is not in the sums. */
export type UnpricedReason = ExportLossCode | 'no-price' | 'nothing-on-sale';

export type UnpricedLots = {
  readonly partNumber: string;
  readonly colour: string | null;
  readonly lots: number;
  readonly pieces: number;
  readonly reason: UnpricedReason;
};

/** More pieces are needed than are on sale. */
export type Shortage = {
  readonly partNumber: string;
  readonly colour: string;
  readonly needed: number;
  readonly onSale: number;
};

/**
 * What the needed pieces of lists cost, as far as prices are known. Amounts are ten-thousandths of the currency's unit;
 * they are sums over the covered pieces only. Shipping is not in them.
 */
export type Estimate = {
  readonly lots: number;
  readonly pieces: number;
  /** Lots that are priced and on sale in full. */
  readonly coveredLots: number;
  readonly coveredPieces: number;
  readonly low: bigint;
  readonly expected: bigint;
  readonly high: bigint;
  /** When the oldest of the prices was observed; null without prices. */
  readonly oldestPriceAt: Instant | null;
  /** Lots whose price is older than a source would be asked again. */
  readonly staleLots: number;
  readonly cannotBuyEnough: Tally<Shortage>;
  readonly unpriced: Tally<UnpricedLots>;
};

/**
 * The range of one piece's price: the middle half of all pieces on sale where that is known, else from the cheapest to
 * the dearest. The expected price is the average over pieces; a few large offers can move it out of the range, which is
 * then widened to it.
 */
const rangeOf = ({ minimum, quantityAverage, maximum, lowerQuartile, upperQuartile }: UnitPrices) => ({
  low: Math.min(lowerQuartile ?? minimum, quantityAverage),
  expected: quantityAverage,
  high: Math.max(upperQuartile ?? maximum, quantityAverage),
});

const addTo = <Item>({ count, first }: Tally<Item>, item: Item, lots = 1): Tally<Item> => ({
  count: count + lots,
  first: first.length < SHOWN_MAX ? [...first, item] : first,
});

const EMPTY: Estimate = {
  ...{ lots: 0, pieces: 0, coveredLots: 0, coveredPieces: 0, low: 0n, expected: 0n, high: 0n },
  ...{ oldestPriceAt: null, staleLots: 0 },
  cannotBuyEnough: { count: 0, first: [] },
  unpriced: { count: 0, first: [] },
};

const leaveOut = (sum: Estimate, lotsWithoutPrice: UnpricedLots): Estimate => ({
  ...sum,
  lots: sum.lots + lotsWithoutPrice.lots,
  pieces: sum.pieces + lotsWithoutPrice.pieces,
  unpriced: addTo(sum.unpriced, lotsWithoutPrice, lotsWithoutPrice.lots),
});

const earlier = (some: Instant | null, other: Instant): Instant => (some === null || other < some ? other : some);

/** The unit price, or why there is none. A price of zero pieces on sale says nothing about the next offer. */
const unitOf = (price: LatestPrice | undefined, guide: Guide): UnitPrices | UnpricedReason => {
  if (price === undefined) return 'no-price';
  const { unit, pieces } = price.figures;
  return unit === null || (guide === 'stock' && pieces === 0) ? 'nothing-on-sale' : unit;
};

const addNeed = (
  sum: Estimate,
  { item, lots, pieces }: Need,
  price: LatestPrice | undefined,
  { guide, now }: EstimateOptions,
): Estimate => {
  const { number: partNumber, colour } = item;
  const unit = unitOf(price, guide);
  if (price === undefined || typeof unit === 'string') {
    const reason = typeof unit === 'string' ? unit : 'no-price';
    return leaveOut(sum, { partNumber, colour: String(colour), lots, pieces, reason });
  }
  const { low, expected, high } = rangeOf(unit);
  const onSale = guide === 'stock' ? (price.figures.pieces ?? Infinity) : Infinity;
  const quantity = BigInt(Math.min(pieces, onSale));
  const isShort = onSale < pieces;
  return {
    ...sum,
    lots: sum.lots + lots,
    pieces: sum.pieces + pieces,
    coveredLots: sum.coveredLots + (isShort ? 0 : lots),
    coveredPieces: sum.coveredPieces + Number(quantity),
    low: sum.low + quantity * BigInt(low),
    expected: sum.expected + quantity * BigInt(expected),
    high: sum.high + quantity * BigInt(high),
    oldestPriceAt: earlier(sum.oldestPriceAt, price.observedAt),
    staleLots: sum.staleLots + (isFresh(price, guide, now) ? 0 : lots),
    cannotBuyEnough: isShort
      ? addTo(sum.cannotBuyEnough, { partNumber, colour: String(colour), needed: pieces, onSale }, lots)
      : sum.cannotBuyEnough,
  };
};

export type EstimateOptions = { readonly guide: Guide; readonly now: Instant };

/** The estimate from prices of one currency. Of the pieces that are not on sale none is in the sums. */
export const estimateCost = (
  { needs, unpriceable }: ListNeeds,
  prices: readonly LatestPrice[],
  options: EstimateOptions,
): Estimate => {
  const byItem = new Map(prices.map((price) => [itemKeyOf(price), price]));
  const pricedSum = needs.reduce((sum, need) => addNeed(sum, need, byItem.get(itemKeyOf(need.item)), options), EMPTY);
  return unpriceable.reduce((sum, lot) => leaveOut(sum, { ...lot, lots: 1 }), pricedSum);
};

/** The prices of each currency; the one that prices the most items first, of equals the first by its letters. */
export const groupByCurrency = (prices: readonly LatestPrice[]): readonly [string, readonly LatestPrice[]][] => {
  const countPriced = (group: readonly LatestPrice[]): number =>
    group.filter(({ figures }) => figures.unit !== null).length;
  return [...Map.groupBy(prices, ({ currency }) => currency)].sort(
    ([some, ofSome], [other, ofOther]) => countPriced(ofOther) - countPriced(ofSome) || some.localeCompare(other, 'en'),
  );
};
