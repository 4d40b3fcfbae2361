import { z } from 'zod';

const CURRENCIES: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'));

const currency = z
  .string()
  .regex(/^[A-Z]{3}$/)
  .refine((code) => CURRENCIES.has(code), 'is no currency of ISO 4217');

/** An amount of money as a decimal number with four decimals: `0.3653`. */
const amount = z.string().regex(/^\d+\.\d{4}$/);

const condition = z.enum(['new', 'used']);
const guide = z.enum(['stock', 'sold']);
const count = z.int().nonnegative();

/**
 * `GET /v1/jobs/:jobId/estimate`, also of all lists of a MOC: `guide` is `stock` for offers and `sold` for sales of six
 * months. Without a currency the one that prices the most items is taken.
 */
export const estimateQuery = z.object({
  condition: condition.default('new'),
  guide: guide.default('stock'),
  currency: currency.optional(),
});

/** All are counted in lots, the first hundred items are shown, in BrickLink's numbers where they have one. */
const itemsOf = <T>(item: z.ZodType<T>) => z.object({ count, first: z.array(item).max(100) });

const scope = {
  lots: count,
  pieces: count,
  coveredLots: count,
  coveredPieces: count,
  condition,
  guide,
  otherCurrencies: z.array(z.string()),
  /** Lots whose price is older than a day (sales: a week). */
  staleLots: count,
  /** Lots whose part number is not BrickLink's: its price may be that of another part. */
  untranslatedLots: count,
  cannotBuyEnough: itemsOf(z.object({ partNumber: z.string(), colour: z.string(), needed: count, onSale: count })),
  unpriced: itemsOf(
    z.object({
      partNumber: z.string(),
      colour: z.string().nullable(),
      lots: count,
      pieces: count,
      reason: z.string(),
    }),
  ),
  shippingIncluded: z.literal(false),
};

/**
 * `no-prices`: nothing is known, which is not a price of 0. `estimated`: sums over the covered pieces of one currency.
 * `low` to `high` is the middle half of the pieces on sale where that is known, else from the cheapest to the dearest;
 * `expected` is the average over pieces.
 */
export const estimateReply = z.discriminatedUnion('status', [
  z.object({ status: z.literal('no-prices'), ...scope, currency: z.string().nullable(), detail: z.string() }),
  z.object({
    ...{ status: z.literal('estimated'), ...scope, currency: z.string() },
    ...{ low: amount, expected: amount, high: amount },
    oldestPriceAt: z.iso.datetime(),
  }),
]);

/** Ids of jobs, separated by commas. */
const jobIds = z
  .string()
  .max(4_000)
  .transform((text) => [...new Set(text.split(','))])
  .pipe(z.array(z.uuid()).min(1).max(100));

/** `GET /v1/combined-lists/estimate`, for services: what the lists of several jobs cost together, for this reader. */
export const combinedEstimateQuery = estimateQuery.extend({ jobs: jobIds, reader: z.string().min(1).max(200) });

/** `POST /v1/prices`: own prices as a CSV, in the columns of a price guide. Repeating it records nothing twice. */
export const importPricesRequest = z.strictObject({
  csv: z.string().min(1).max(900_000),
  guide: guide.default('stock'),
});

/** `imported` prices were read; `refused` rows were left out, the first hundred with what is wrong. */
export const importPricesReply = z.object({
  imported: count,
  repeated: count,
  refused: z.object({
    count,
    first: z.array(z.object({ line: z.int().positive(), field: z.string(), detail: z.string() })).max(100),
  }),
});

/** `GET /v1/prices?cursor=&limit=`: the own prices. */
export const pricesQuery = z.object({
  cursor: z.string().max(100).default(''),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});

export const pricesReply = z.object({
  prices: z.array(
    z.object({
      ...{ priceId: z.string(), itemType: z.string(), number: z.string(), colour: z.int() },
      ...{
        condition,
        guide,
        currency: z.string(),
        source: z.enum(['bricklink', 'file']),
        observedAt: z.iso.datetime(),
      },
      offers: count.nullable(),
      pieces: count.nullable(),
      /** Null when there was nothing on sale. */
      unit: z.object({ minimum: amount, average: amount, quantityAverage: amount, maximum: amount }).nullable(),
    }),
  ),
  nextCursor: z.string().nullable(),
});

const secret = z.string().trim().min(1).max(200);

/** `PUT /v1/prices/sources/bricklink`: the own key of BrickLink's API. No answer ever shows it again. */
export const sourceKeyRequest = z.strictObject({
  ...{ consumerKey: secret, consumerSecret: secret, token: secret, tokenSecret: secret },
});

/** `GET /v1/prices/sources/bricklink`. `setAt` is null without a key; calls are counted by day (UTC). */
export const sourceReply = z.object({
  setAt: z.iso.datetime().nullable(),
  callsToday: count,
  callsPerDayMax: count,
});

/** `POST /v1/jobs/:jobId/price-refreshes`: asks the source for the prices of the list that are due. */
export const refreshRequest = z.strictObject({
  condition: condition.default('new'),
  guide: guide.default('stock'),
  currency,
});

export const refreshStarted = z.object({ refreshId: z.uuid() });

/** `GET /v1/prices/refreshes/:refreshId`. `remaining` prices were due and not asked for, by the reason in `outcome`. */
export const refreshReply = z.object({
  ...{ refreshId: z.uuid(), jobId: z.uuid(), status: z.enum(['running', 'ended']), requestedAt: z.iso.datetime() },
  outcome: z.enum(['completed', 'budget-spent', 'key-missing', 'key-refused', 'source-unavailable']).optional(),
  ...{ lookedUp: count.optional(), remaining: count.optional(), endedAt: z.iso.datetime().optional() },
});

export type EstimateQuery = z.infer<typeof estimateQuery>;
export type EstimateReply = z.infer<typeof estimateReply>;
