import { z } from 'zod';
import { sourceKind } from './http-api.ts';
import { LOTS_PER_REQUEST_MAX, neededLot, pieceReply, quantityReply } from './pieces.ts';
import { sectionName } from './sections-api.ts';

const buildId = z.uuid().toLowerCase();
const operationId = z.uuid().toLowerCase();
const location = z.string().trim().min(1).max(100).nullable().default(null);
const account = z.enum(['stock', 'reserved', 'placed', 'damaged', 'lost']);
const instant = z.iso.datetime();
const source = z.object({ kind: sourceKind, id: z.string().trim().min(1).max(100) });

export const buildParams = z.object({ buildId });

/** `POST /v1/inventory/builds`: `source` is what is built, if the inventory knows it. */
export const buildRequest = z.strictObject({
  title: z.string().trim().min(1).max(200),
  source: source.nullable().default(null),
});

/**
 * Pieces went from one account to another: from the `stock` to `reserved`, `placed`, from both to `damaged` or `lost`, and
 * back. `location` is the place of the stock that they left or came to; `section` the bag or step that pieces are for.
 */
const transfer = z.strictObject({
  ...{ operationId, from: account, to: account, location },
  lots: z
    .array(neededLot.extend({ section: sectionName.optional() }))
    .min(1)
    .max(LOTS_PER_REQUEST_MAX),
});

/** The counter-entry of a transfer, known here or not yet. */
const undo = z.strictObject({ operationId, undoes: operationId });

const OPERATIONS_PER_REQUEST_MAX = 200;

/** Each is an entry of a place as well; one has up to 1,000 lots. */
const STOCK_TRANSFERS_PER_REQUEST_MAX = 20;

/**
 * `POST /v1/inventory/builds/:buildId/operations`. Each device gives its operations ids of their own, and may send all that
 * it has, in any order, as often as it likes: each counts once.
 */
export const operationsRequest = z.strictObject({
  operations: z
    .array(z.union([transfer, undo]))
    .min(1)
    .max(OPERATIONS_PER_REQUEST_MAX)
    .refine(
      (operations) =>
        operations.reduce((sum, operation) => sum + ('lots' in operation ? operation.lots.length : 0), 0) <=
        LOTS_PER_REQUEST_MAX,
      `at most ${String(LOTS_PER_REQUEST_MAX)} lots in one request`,
    )
    .refine(
      (operations) =>
        operations.filter((operation) => 'from' in operation && [operation.from, operation.to].includes('stock'))
          .length <= STOCK_TRANSFERS_PER_REQUEST_MAX,
      `at most ${String(STOCK_TRANSFERS_PER_REQUEST_MAX)} operations with the stock in one request`,
    ),
});

/** `POST /v1/inventory/builds/:buildId/disassembly`: what is placed or reserved comes into this place of the stock. */
export const disassemblyRequest = z.strictObject({ location });

const buildRole = z.enum(['viewer', 'builder']);

export const memberParams = z.object({ buildId, memberId: z.string().min(1).max(200) });

/** `POST /v1/inventory/builds/:buildId/invitations` */
export const invitationRequest = z.strictObject({ role: buildRole });

/** The code is shown here only; whoever has it joins, once. */
export const invitationReply = z.object({ code: z.string(), role: buildRole });

/** `PUT /v1/inventory/builds/:buildId/membership` */
export const membershipRequest = z.strictObject({ code: z.string().min(1).max(100) });

/**
 * `contradictions` are lots of which more pieces left an account than came to it: correct them by operations.
 * `awaitingStock` are operations that the stock has still to follow, as a rule for a moment.
 */
export const buildReply = z.object({
  buildId,
  title: z.string(),
  source: source.nullable(),
  operations: z.int(),
  lots: z.int(),
  reserved: z.int(),
  placed: z.int(),
  damaged: z.int(),
  lost: z.int(),
  contradictions: z.int(),
  awaitingStock: z.int(),
  /** The caller's part. */
  role: z.enum(['owner', 'builder', 'viewer']),
  members: z.array(z.object({ memberId: z.string(), role: buildRole })),
  begunAt: instant,
  changedAt: instant,
});
export type BuildReply = z.infer<typeof buildReply>;

/** `GET /v1/inventory/builds/:buildId/lots`: by piece. `taken` pieces of a lot are with the build, on all its accounts. */
export const buildLotsQuery = z.object({
  cursor: z.string().max(200).default(''),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});
export const buildLotsReply = z.object({
  lots: z.array(
    pieceReply.extend({
      ...{ taken: z.int(), reserved: z.int(), placed: z.int(), damaged: z.int(), lost: z.int() },
    }),
  ),
  nextCursor: z.string().nullable(),
});

const sectionCounts = {
  ...{ needed: z.int(), reserved: z.int(), placed: z.int(), missing: z.int(), damaged: z.int(), lost: z.int() },
};

/**
 * `GET /v1/inventory/builds/:buildId/sections`: the bags and steps that the item of the build's source is divided into,
 * then those that only operations name. Placed, damaged and lost pieces are those of operations that name the section;
 * reserved ones fill the bags from the first to the last, and so the steps; `missing` ones are needed, and neither placed
 * nor reserved.
 */
export const buildSectionsReply = z.object({
  sections: z.array(
    z.object({
      ...sectionName.shape,
      ...sectionCounts,
      lots: z.array(pieceReply.extend(sectionCounts)),
    }),
  ),
  nextCursor: z.int().nullable(),
});

/** Operations that became known at once; `revision` names the event. */
export const operationsEvent = z.object({
  revision: z.string(),
  /** Null for someone who takes no part any more. */
  by: z.string().nullable(),
  at: instant,
  operations: z.array(
    z.union([
      z.object({
        operationId,
        from: account,
        to: account,
        location: z.string().nullable(),
        lots: z.array(quantityReply.extend({ section: sectionName.optional() })),
      }),
      z.object({ operationId, undoes: operationId }),
    ]),
  ),
});
export type OperationsEvent = z.infer<typeof operationsEvent>;

/** `GET /v1/inventory/builds/:buildId/operations`: in the order in which they became known. */
export const operationsQuery = z.object({
  cursor: z.coerce.bigint().nonnegative().default(0n),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export const operationsReply = z.object({ events: z.array(operationsEvent), nextCursor: z.string().nullable() });

/** `GET /v1/inventory/builds`: the latest change first. */
export const buildsQuery = z.object({
  cursor: z
    .string()
    .regex(/^[\d:.TZ-]{20,30}_[\da-f-]{36}$/, 'nextCursor of the page before')
    .optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export type BuildsQuery = z.infer<typeof buildsQuery>;
export const listedBuild = buildReply.pick({
  buildId: true,
  title: true,
  source: true,
  begunAt: true,
  changedAt: true,
});
export type ListedBuild = z.infer<typeof listedBuild>;
export const buildsReply = z.object({ builds: z.array(listedBuild), nextCursor: z.string().nullable() });
