import { z } from 'zod';

/** As many as one request or one event holds. */
export const LOTS_PER_REQUEST_MAX = 1_000;

const QUANTITY_MAX = 1_000_000;

/** A kind of piece. `colour` is Rebrickable's id, null for any colour; sets and minifigs have none. */
export const piece = {
  kind: z.enum(['part', 'set', 'minifig']).default('part'),
  number: z.string().trim().min(1).max(64),
  colour: z
    .string()
    .max(40)
    .regex(/^[^:]+$/, 'the id of a colour, without a colon')
    .nullable()
    .default(null),
};

const lots = <T extends z.ZodType>(lot: T) => z.array(lot).max(LOTS_PER_REQUEST_MAX);

/** Pieces of a kind, at least one. */
export const neededLot = z.strictObject({ ...piece, quantity: z.int().min(1).max(QUANTITY_MAX) });
export const neededLots = lots(neededLot);

/** Pieces that come in, or leave with a negative quantity. */
export const enteredLots = lots(
  z.strictObject({
    ...piece,
    quantity: z
      .int()
      .min(-QUANTITY_MAX)
      .max(QUANTITY_MAX)
      .refine((quantity) => quantity !== 0, 'a quantity other than 0'),
  }),
).min(1);

/** Pieces of a kind that were counted; none with 0. */
export const countedLots = lots(z.strictObject({ ...piece, quantity: z.int().min(0).max(QUANTITY_MAX) })).min(1);

/** Pieces of a lot that are missing or damaged, though they were acquired. */
export const markedLots = lots(
  z.strictObject({
    ...piece,
    missing: z.int().min(0).max(QUANTITY_MAX).default(0),
    damaged: z.int().min(0).max(QUANTITY_MAX).default(0),
  }),
);

/** A piece in a reply. */
export const pieceReply = z.object({
  kind: z.enum(['part', 'set', 'minifig']),
  number: z.string(),
  colour: z.string().nullable(),
});

/** Pieces in a reply. */
export const quantityReply = pieceReply.extend({ quantity: z.int() });

const CURRENCIES = new Set(Intl.supportedValuesOf('currency'));

/** In the smallest unit of an ISO 4217 currency: { amount: 1299, currency: 'EUR' }. */
export const price = z.strictObject({
  amount: z.int().nonnegative(),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, 'three capital letters, as in EUR')
    .refine((code) => CURRENCIES.has(code), 'no currency that ISO 4217 knows'),
});

/** A price in a reply. */
export const priceReply = z.object({ amount: z.int(), currency: z.string() });
