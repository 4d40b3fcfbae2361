import { z } from 'zod';
import { buildQuestion, mocQuestions, progressReply } from './buildability-api.ts';
import { quantityReply } from './pieces.ts';

/** As many sets as one question may be about. */
export const ADVICE_SETS_MAX = 20;

/** As many lots as one reply has. */
export const ADVICE_LOTS_MAX = 500;

const setNumber = z.string().trim().min(1).max(64);

/**
 * `POST /v1/inventory/advice`: about what some MOCs miss. `sets` are those that the caller thinks of buying. With
 * `wishlist` the MOCs that the caller's wishes link to are asked about as well, and the sets that they name are weighed.
 */
export const adviceRequest = z
  .strictObject({
    ...buildQuestion,
    mocs: mocQuestions.default([]),
    sets: z
      .array(setNumber)
      .max(ADVICE_SETS_MAX)
      .refine((numbers) => new Set(numbers).size === numbers.length, 'names a set twice')
      .default([]),
    wishlist: z.boolean().default(false),
  })
  .refine(({ mocs, wishlist }) => mocs.length > 0 || wishlist, {
    error: 'Name a MOC, or ask for the wishlist.',
    path: ['mocs'],
  });

/** What one piece costs on average, by the prices that the caller may use. */
const unitPrice = z.object({ amount: z.string(), currency: z.string() });

/** `elements` are the numbers LEGO sells a part in a colour by, `sets` those that have it; null when nobody knows. */
const supply = { elements: z.int(), sets: z.int().nullable(), price: unitPrice.nullable() };

/** The catalogue knows no colour of the part, no element in the wanted one, few sets that have it, or a cheaper colour. */
const reason = z.enum(['colours-unknown', 'no-element', 'few-sets', 'cheaper-colour']);

/**
 * Missing parts whose colour is worth a thought, the most pressing first, with what is known of that colour and the other
 * ones that LEGO has sold the part in: the cheapest first, then those of the most sets. Lots that are not here are common
 * in their colour, or of any colour. `sets` are the ones of the request and of the wishlist, those that bring the most missing pieces first:
 * `percentage` is of the missing pieces, `progress` that of all MOCs when one more of the set is opened.
 */
export const adviceReply = z.object({
  catalogueRelease: z.string(),
  inventoryRevision: z.string(),
  progress: progressReply,
  missingPieces: z.int(),
  lots: z.array(
    quantityReply.extend({
      reason,
      ...supply,
      otherColours: z.array(
        z.object({ colour: z.string(), name: z.string(), ...supply, isCheaper: z.boolean().nullable() }),
      ),
      otherColoursLeftOut: z.int(),
    }),
  ),
  lotsLeftOut: z.int(),
  sets: z.array(
    z.object({
      setNumber: z.string(),
      version: z.int(),
      pieces: z.int().nonnegative(),
      percentage: z.int().min(0).max(100),
      progress: progressReply,
    }),
  ),
  /** Sets of wishes that the catalogue has no inventory of. */
  setsWithoutInventory: z.array(z.string()),
  /** Sets of wishes beyond those that one answer weighs; the first wishes are weighed first. */
  setsLeftOut: z.int(),
});
export type AdviceReply = z.infer<typeof adviceReply>;
