import { z } from 'zod';
import { estimateQuery } from './price-api.ts';

/** As many parts as one request may name. */
export const COLOURED_PARTS_MAX = 200;

/** `POST /v1/part-colours`, for services: the colours that parts are known in, with the prices of `reader`. */
export const partColoursRequest = estimateQuery
  .extend({
    reader: z.string().min(1).max(200),
    parts: z.array(z.string().min(1).max(64)).min(1).max(COLOURED_PARTS_MAX),
  })
  .strict();

/**
 * The parts in the order of the request, by the numbers that it has; a part that the catalogue does not know has no
 * colours. `elements` are the numbers LEGO sells it by in that colour, `sets` the sets and minifigs whose inventories list
 * it so; null when the release has no inventories. `price` is the average of one piece in `currency`, null when none is
 * known or on sale.
 */
export const partColoursReply = z.object({
  release: z.string(),
  currency: z.string().nullable(),
  parts: z.array(
    z.object({
      number: z.string(),
      colours: z.array(
        z.object({
          colourId: z.int(),
          name: z.string(),
          elements: z.int().nonnegative(),
          sets: z.int().nonnegative().nullable(),
          price: z
            .string()
            .regex(/^\d+\.\d{4}$/)
            .nullable(),
        }),
      ),
    }),
  ),
});

export type PartColoursRequest = z.input<typeof partColoursRequest>;
export type PartColoursReply = z.infer<typeof partColoursReply>;
