import { z } from 'zod';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { columnQuestion, decidedColumns } from './column-mapping.ts';
import { disputedSchemes, fileFailure, parsedFile, problemCode, reading, setsOpening } from './parsed-file.ts';

/** The purpose of the parsed lots; returned unchanged with every answer and integration event. */
export const reference = z.object({ mocId: z.uuid(), partsListId: z.uuid() });

const userId = z
  .string()
  .min(1)
  .transform((id) => id as UserId);
const instant = z.iso.datetime().transform((at) => at as Instant);

/**
 * `POST /v1/process-file`: reads a stored parts list in the background. The caller may bring the job's id; asked
 * again with the same id it answers the same. Without one the id comes from the Idempotency-Key.
 * Answers 202 with `Location: /v1/jobs/:jobId`; 409 `job-id-taken` when the id names a job for another file.
 */
export const processFileRequest = z.strictObject({
  jobId: z.uuid().optional(),
  fileId: z.uuid(),
  fileName: z.string().min(1).max(255),
  reference,
  owner: userId,
  /** The job of a file with the same content: what was decided about that one holds for this one. */
  sameAs: z.uuid().optional(),
});
export const processFileReply = z.object({ jobId: z.uuid() });

/**
 * `GET /v1/jobs/:jobId`: for the owner, and for the service that asked. `progress` is what is read so far: lots, bytes,
 * and the line of the latest lot. A job in
 * `needs-decision` has `readings` when it asks for the colour scheme, and `columns` when it asks what they mean.
 */
export const jobReply = z.object({
  jobId: z.uuid(),
  fileId: z.uuid(),
  fileName: z.string(),
  reference,
  owner: userId,
  status: z.enum(['queued', 'parsing', 'needs-decision', 'completed', 'failed', 'cancelled']),
  progress: z.object({
    lots: z.int().nonnegative(),
    bytes: z.int().nonnegative(),
    lines: z.int().nonnegative().default(0),
  }),
  submittedAt: instant,
  result: parsedFile.optional(),
  error: fileFailure.optional(),
  readings: z.array(reading).optional(),
  columns: columnQuestion.optional(),
});

/**
 * `GET /v1/jobs/:jobId/lots?cursor=&limit=&unknown=&problems=`: the lots of a completed job in the order of the file.
 * `unknown=true` leaves only those whose part or colour the catalogue does not have, `problems=true` only those that
 * are not counted; both leave those that are either.
 */
export const lotsQuery = z.object({
  cursor: z.coerce.number().int().nonnegative().default(0),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  unknown: z.stringbool().default(false),
  problems: z.stringbool().default(false),
});

/**
 * One lot: as it is written in the file (`itemType`, `partNumber`, `colour`, `quantityText`, `line`) and as the
 * catalogue has it (`part`, `colourId`: Rebrickable's; null when unknown). `quantity` is null when it could not be read.
 * `problem` says why the lot is not counted.
 */
/** An order of a shop, as far as the file says plainly; `total` is in the smallest unit of its currency. */
const lotOrder = z.object({
  orderId: z.string(),
  date: z.iso.date().nullable(),
  shop: z.string().nullable(),
  total: z.object({ amount: z.int().nonnegative(), currency: z.string() }).nullable(),
});

export const lotReply = z.object({
  line: z.int().positive(),
  lot: z.int().positive(),
  itemType: z.string(),
  partNumber: z.string(),
  colour: z.string().nullable(),
  quantityText: z.string().nullable(),
  quantity: z.int().nullable(),
  role: z.enum(['needed', 'extra', 'counterpart', 'alternate', 'opened']),
  part: z.string().nullable(),
  partName: z.string().nullable(),
  colourId: z.int().nullable(),
  colourName: z.string().nullable(),
  problem: z.object({ code: problemCode, detail: z.string(), field: z.string().nullable() }).nullable(),
  /** How the part was found where `partNumber` is not the catalogue's number of it, and who says so. */
  partRule: z
    .object({ rule: z.enum(['moved', 'cross-walk', 'custom', 'own-cross-walk']), provenance: z.string() })
    .exactOptional(),
  /** Parts that an unknown one may be a print or another mould of, by its number; none is taken for it. */
  suggestions: z.array(z.object({ partNumber: z.string(), relation: z.enum(['print', 'mould']) })).exactOptional(),
  /** The order that the lot was bought with, in lists of orders. */
  order: lotOrder.exactOptional(),
  /** The lot of the set or minifig that it was in, which has the role `opened`. */
  openedFrom: z.int().positive().exactOptional(),
  /** The building steps of the main model that add its pieces, in models that have some. */
  steps: z.array(z.object({ step: z.int().positive(), quantity: z.int().positive() })).exactOptional(),
});

/**
 * `POST /v1/jobs/:jobId/decision`: says what the columns of a job in `needs-decision` mean, or whose colour ids it uses,
 * or both, for its owner. The file is read once more, and the next file of the kind without asking. Answers 202 with `Location: /v1/jobs/:jobId`, also when the same was decided before; 409
 * `decision-not-needed` otherwise, and 422 `column-missing` for a column that the table does not have.
 */
export const decisionRequest = z
  .strictObject({ colourScheme: z.enum(disputedSchemes).optional(), columns: decidedColumns.optional() })
  .refine(({ colourScheme, columns }) => colourScheme !== undefined || columns !== undefined, {
    error: 'Name the colour scheme, the columns, or both.',
  });

/** `POST /v1/jobs/:jobId/cancellation`: the same answer also the second time. */
export const cancellationReply = z.object({ jobId: z.uuid(), status: z.literal('cancelled') });

/**
 * `POST /v1/jobs/:jobId/opened-sets`: sets and minifigs of a completed job are replaced by their parts, as the inventories
 * of the newest release have them; their lots stay with the role `opened`, and the parts are lots with `openedFrom`. Spares
 * are extra. `unopened` are those without an inventory, which stay and count as before; of contents the number is the
 * catalogue's. Asked again it answers the same, until a later release has more inventories. Answers 409 `nothing-to-open`
 * for a list without sets.
 */
export const openedSetsReply = setsOpening.omit({ openedAt: true }).extend({ jobId: z.uuid() });

/** `nextCursor` is null on the last page. */
export const lotsReply = z.object({ lots: z.array(lotReply), nextCursor: z.int().nullable() });

export type Reference = z.infer<typeof reference>;
export type ProcessFileRequest = z.infer<typeof processFileRequest>;
export type DecisionRequest = z.infer<typeof decisionRequest>;
export type JobReply = z.infer<typeof jobReply>;
export type LotsQuery = z.infer<typeof lotsQuery>;
export type LotReply = z.infer<typeof lotReply>;
export type LotsReply = z.infer<typeof lotsReply>;
