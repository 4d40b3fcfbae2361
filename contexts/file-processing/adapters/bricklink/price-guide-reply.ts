import { z } from 'zod';
import { parseAmount, type Amount } from '../../domain/prices/amount.ts';
import type { Market, PriceFigures, UnitPrices } from '../../domain/prices/price-events.ts';

/** The envelope of every answer: an error has its code in here, also below HTTP status 200. */
export const envelope = z.object({
  meta: z.object({ code: z.int(), message: z.string().default(''), description: z.string().default('') }),
  data: z.unknown().optional(),
});

const amount = z
  .union([z.string(), z.number()])
  .transform((value) => parseAmount(String(value)))
  .pipe(z.int().nonnegative());

const offer = z
  .object({
    unit_price: amount,
    quantity: z.int().nonnegative().optional(),
    qunatity: z.int().nonnegative().optional(),
  })
  // The field was misspelt for years; newer answers have it both ways, older ones only so.
  .transform(({ unit_price: price, quantity, qunatity }) => ({ price, pieces: quantity ?? qunatity ?? 0 }));

/** `data` of a price guide: amounts are texts with four decimals. */
const priceGuide = z.object({
  new_or_used: z.enum(['N', 'U']),
  currency_code: z.string(),
  ...{ min_price: amount, max_price: amount, avg_price: amount, qty_avg_price: amount },
  unit_quantity: z.int().nonnegative(),
  total_quantity: z.int().nonnegative(),
  price_detail: z.array(offer).default([]),
});

type Offer = z.output<typeof offer>;

/** The price that this share of all pieces is offered at, or below. */
const quantile = (sortedOffers: readonly Offer[], pieces: number, share: number): Amount | undefined => {
  let piecesSoFar = 0;
  return sortedOffers.find((some) => (piecesSoFar += some.pieces) >= pieces * share)?.price;
};

/** Quartiles of the price by pieces. Left out when the offers are not all there. */
const quartiles = (offers: readonly Offer[], total: number): Pick<UnitPrices, 'lowerQuartile' | 'upperQuartile'> => {
  const pieces = offers.reduce((sum, some) => sum + some.pieces, 0);
  if (pieces === 0 || pieces !== total) return {};
  const sortedOffers = offers.toSorted((some, other) => some.price - other.price);
  return { lowerQuartile: quantile(sortedOffers, pieces, 0.25), upperQuartile: quantile(sortedOffers, pieces, 0.75) };
};

export const NOTHING_ON_SALE: PriceFigures = { offers: 0, pieces: 0, unit: null };

/**
 * The figures of a price guide; `undefined` when it is not one, or one of another market. Without offers all of its
 * prices are 0, which is no price.
 */
export const readPriceGuide = (data: unknown, { currency, condition }: Market): PriceFigures | undefined => {
  const { success, data: guide } = priceGuide.safeParse(data);
  if (!success || guide.currency_code !== currency || guide.new_or_used !== (condition === 'new' ? 'N' : 'U'))
    return undefined;
  const { unit_quantity: offers, total_quantity: pieces } = guide;
  if (offers === 0 || pieces === 0) return NOTHING_ON_SALE;
  const unit = {
    ...{ minimum: guide.min_price, average: guide.avg_price, quantityAverage: guide.qty_avg_price },
    ...{ maximum: guide.max_price, ...quartiles(guide.price_detail, pieces) },
  };
  return { offers, pieces, unit };
};
