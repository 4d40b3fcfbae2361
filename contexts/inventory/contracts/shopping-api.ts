import { exportReport, exportTargets } from '@lego-moc/file-processing/contracts/export-api';
import { estimateReply } from '@lego-moc/file-processing/contracts/price-api';
import { z } from 'zod';
import { buildQuestion } from './buildability-api.ts';
import { quantityReply } from './pieces.ts';

const target = z.enum(exportTargets);

/** `POST /v1/shopping-lists`: what lacks to build some MOCs together. `estimate` asks for what it costs. */
export const shoppingRequest = z.strictObject({
  ...buildQuestion,
  target: target.optional(),
  estimate: z.boolean().default(false),
});

/** `POST /v1/shopping-lists/export`: the same as a file, or as a zip where the limits of the target need several. */
export const shoppingExportRequest = z.strictObject({ ...buildQuestion, target });

/**
 * Each piece once, with the MOCs that it is for. `sums` has the pieces of both sides of the merge: `missingPieces` of all
 * MOCs are the `pieces` of the list. With a target, `export` says how they are divided: `pieces` in `files`, and
 * `piecesLeftOut`, which are that many again.
 */
export const shoppingReply = z.object({
  catalogueRelease: z.string(),
  inventoryRevision: z.string(),
  lots: z.array(quantityReply.extend({ neededBy: z.array(z.object({ mocId: z.string(), quantity: z.int() })) })),
  sums: z.object({ missingPieces: z.int(), lots: z.int(), pieces: z.int() }),
  export: exportReport.nullable(),
  estimate: estimateReply.nullable(),
});
export type ShoppingReply = z.infer<typeof shoppingReply>;
