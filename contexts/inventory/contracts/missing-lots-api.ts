import { exportReport, exportTargets } from '@lego-moc/file-processing/contracts/export-api';
import { z } from 'zod';
import { acceptance, basis, progressReply } from './buildability-api.ts';
import { quantityReply } from './pieces.ts';

const target = z.enum(exportTargets);
const comparison = { ...acceptance, reservations: z.enum(['respect', 'ignore']).default('respect') };

/** `GET /v1/inventory/jobs/:jobId/missing-lots`. With a target, `export` of the reply says what its file would leave out. */
export const missingLotsQuery = z.object({ ...comparison, target: target.optional() });

/** `GET /v1/inventory/jobs/:jobId/missing-lots/export`. */
export const missingLotsExportQuery = z.object({ ...comparison, target });

/** What a list has that the own pieces lack; `progress` is of the whole list. `export` is null when nothing is missing. */
export const missingLotsReply = z.object({
  ...basis,
  progress: progressReply,
  lots: z.array(quantityReply),
  export: exportReport.nullable(),
});
