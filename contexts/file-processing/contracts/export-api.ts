import { z } from 'zod';

/** The programs and formats that a list can be exported for. */
export const exportTargets = [
  'bricklink-xml',
  'brickstore-xml',
  'csv',
  'json',
  'ldraw',
  'pick-a-brick-csv',
  'pick-a-brick-json',
  'rebrickable-csv',
  'studio-csv',
] as const;

/** `GET /v1/jobs/:jobId/export?target=` and `GET /v1/jobs/:jobId/export/report?target=`. */
export const exportQuery = z.object({ target: z.enum(exportTargets).default('json') });

/**
 * What an export leaves out or changes. `leftOut`: these lots are not in the files; otherwise they are, with the change
 * that `detail` names. All are counted, the first hundred are shown, with their numbers as they were written.
 */
export const exportLoss = z.object({
  code: z.enum([
    'colour-any',
    'colour-not-at-target',
    'colour-unknown',
    'element-chosen',
    'element-missing',
    'lot-has-problem',
    'not-a-part',
    'part-custom',
    'part-number-chosen',
    'part-number-not-translated',
    'part-number-unwritable',
    'part-unknown',
    'quantity-divided',
    'role-not-supported',
    'text-escaped',
  ]),
  detail: z.string(),
  leftOut: z.boolean(),
  count: z.int().positive(),
  first: z
    .array(
      z.object({
        line: z.int().positive(),
        lot: z.int().positive(),
        partNumber: z.string(),
        colour: z.string().nullable(),
      }),
    )
    .max(100),
});

/**
 * What an export would give, without giving it. `lots` and `pieces` are those in the files, `lotsLeftOut` and
 * `piecesLeftOut` those that are not. Several files come in one zip. `asUploaded`: the file that was uploaded is one of
 * the target's own and needs no change, so it is given back byte for byte.
 */
export const exportReport = z.object({
  target: z.enum(exportTargets),
  fileName: z.string(),
  files: z.int().nonnegative(),
  lots: z.int().nonnegative(),
  pieces: z.int().nonnegative(),
  lotsLeftOut: z.int().nonnegative(),
  piecesLeftOut: z.int().nonnegative(),
  asUploaded: z.boolean(),
  limits: z.object({
    lotsPerFileMax: z.int().positive().nullable(),
    quantityPerLotMax: z.int().positive().nullable(),
  }),
  losses: z.array(exportLoss),
});

export type ExportQuery = z.infer<typeof exportQuery>;
export type ExportReport = z.infer<typeof exportReport>;
