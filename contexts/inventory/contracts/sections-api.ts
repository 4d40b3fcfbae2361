import { z } from 'zod';
import { neededLots, pieceReply } from './pieces.ts';

/** As many bags and steps as an item may have, and lots in all of them. */
const SECTIONS_MAX = 1_000;

const sectionKind = z.enum(['bag', 'step']);

/** A bag or a step by its kind and name. */
export const sectionName = z.strictObject({ kind: sectionKind, name: z.string().trim().min(1).max(100) });

const section = sectionName.extend({ lots: neededLots.min(1) });

/** `PUT /v1/inventory/items/:inventoryItemId/sections`: all bags and steps, each kind in its order. */
export const divideRequest = z.strictObject({
  sections: z
    .array(section)
    .max(SECTIONS_MAX)
    .refine(
      (sections) => new Set(sections.map(({ kind, name }) => `${kind} ${name}`)).size === sections.length,
      'names a bag or a step twice',
    ),
});

/** `GET /v1/inventory/items/:inventoryItemId/sections`: bags before steps. `cursor` is `nextCursor` of the page before. */
export const sectionsQuery = z.object({
  kind: sectionKind.optional(),
  cursor: z.coerce.number().int().nonnegative().default(0),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

/** Usable pieces fill the bags from the first to the last, and so the steps; `open` ones lack, are missing or damaged. */
const progress = { needed: z.int(), usable: z.int(), open: z.int() };

export const sectionReply = z.object({
  kind: sectionKind,
  name: z.string(),
  ...progress,
  /** In whole per cent, rounded down. */
  percentage: z.int(),
  lots: z.array(pieceReply.extend(progress)),
});
export const sectionsReply = z.object({ sections: z.array(sectionReply), nextCursor: z.int().nullable() });
