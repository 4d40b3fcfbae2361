import { z } from 'zod';
import { exportTargets } from './export-api.ts';
import { estimateQuery } from './price-api.ts';

/** As many as one request to these routes may have. */
export const LISTED_LOTS_MAX = 5_000;

/** Pieces by the numbers of the catalogue: `colour` is Rebrickable's id, null for any colour. */
const listedLot = z.strictObject({
  itemType: z.enum(['P', 'S', 'M']),
  number: z.string().min(1).max(64),
  colour: z.string().min(1).max(40).nullable(),
  quantity: z.int().min(1).max(1_000_000_000),
});
export type ListedLot = z.infer<typeof listedLot>;

const lots = z.array(listedLot).min(1).max(LISTED_LOTS_MAX);

/**
 * `POST /v1/list-exports` and `POST /v1/list-exports/report`, for services: a list that no file was uploaded for. Part
 * numbers are translated by the table of `owner` as well, when one is named.
 */
export const listExportRequest = z.strictObject({
  target: z.enum(exportTargets),
  fileName: z.string().min(1).max(100),
  owner: z.string().min(1).max(200).optional(),
  lots,
});
export type ListExportRequest = z.infer<typeof listExportRequest>;

/** `POST /v1/list-estimates`, for services: what such a list costs by the prices of `reader`. */
export const listEstimateRequest = estimateQuery.extend({ reader: z.string().min(1).max(200), lots }).strict();
export type ListEstimateRequest = z.input<typeof listEstimateRequest>;
