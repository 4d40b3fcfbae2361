import { exportTargets } from '@lego-moc/file-processing/contracts/export-api';
import { z } from 'zod';
import { countedLots, enteredLots, neededLots, pieceReply, quantityReply } from './pieces.ts';

const location = z.string().trim().min(1).max(100).nullable().default(null);
const reason = z.string().trim().max(200).default('');
const holdingId = z.uuid().toLowerCase();
const entryId = z.string().min(1).max(100);
const limit = z.coerce.number().int().min(1).max(1000).default(100);

export const holdingParams = z.object({ holdingId });
export const entryParams = z.object({ holdingId, entryId });

/**
 * `POST /v1/inventory/stock/entries`: pieces come into a place, or leave it with negative quantities. All lots are
 * accepted, or none is. `location` is the builder's name of the place; without one, the pieces lie anywhere. `day` is
 * the day that it happened, when that was not today.
 */
export const entryRequest = z.strictObject({
  location,
  reason,
  day: z.iso.date().nullable().default(null),
  lots: enteredLots,
});

/** `POST /v1/inventory/stock/corrections`: lots have been counted; those that are not named stay as they are. */
export const correctionRequest = z.strictObject({ location, reason, lots: countedLots });

/** `POST /v1/inventory/stock/moves`: all lots move, or none does. */
export const moveRequest = z
  .strictObject({ from: location, to: location, reason, lots: neededLots.min(1) })
  .refine(({ from, to }) => from !== to, { path: ['to'], error: 'another place than the one they come from' });

/** `DELETE /v1/inventory/stock/holdings/:holdingId/entries/:entryId` */
export const entryReversalQuery = z.object({ reason });

/**
 * `POST /v1/inventory/stock/set-openings`: sets or minifigs of a place become their parts, spares included, by one entry.
 * Without `version` the newest inventory of the set counts.
 */
export const setOpeningRequest = z.strictObject({
  location,
  kind: z.enum(['set', 'minifig']).default('set'),
  number: z.string().trim().min(1).max(64),
  quantity: z.int().min(1).max(1_000).default(1),
  version: z.int().nonnegative().optional(),
});

/** One place. `pieces` counts parts, sets and minifigs alike. */
export const holdingReply = z.object({
  holdingId,
  location: z.string().nullable(),
  lots: z.int(),
  pieces: z.int(),
  changedAt: z.iso.datetime(),
});
export type HoldingReply = z.infer<typeof holdingReply>;

/** `GET /v1/inventory/stock/holdings`: by name. `cursor` is `nextCursor` of the page before. */
export const holdingsQuery = z.object({ cursor: z.string().max(200).optional(), limit });
export type HoldingsQuery = z.infer<typeof holdingsQuery>;
export const holdingsReply = z.object({ holdings: z.array(holdingReply), nextCursor: z.string().nullable() });

/** `GET /v1/inventory/stock/holdings/:holdingId/lots`: by piece. */
export const holdingLotsQuery = z.object({ cursor: z.string().max(200).optional(), limit });
export const holdingLotsReply = z.object({ lots: z.array(quantityReply), nextCursor: z.string().nullable() });

/** `GET /v1/inventory/stock/holdings/:holdingId/entries`: in the order of recording. `cursor` is `nextCursor` before. */
export const entriesQuery = z.object({ cursor: z.coerce.bigint().nonnegative().default(0n), limit });
export const entriesReply = z.object({
  entries: z.array(
    z.object({
      entryId,
      kind: z.enum(['entered', 'corrected', 'ledger', 'moved-out', 'moved-in', 'move-returned', 'reversed']),
      reason: z.string(),
      day: z.iso.date().nullable(),
      /** The place that the pieces moved to, or came from. */
      otherLocation: z.string().nullable(),
      recordedAt: z.iso.datetime(),
      lots: z.array(quantityReply),
    }),
  ),
  nextCursor: z.string().nullable(),
});
export type EntryReply = z.infer<typeof entriesReply>['entries'][number];

/** The release of the catalogue and the version of the inventory that were used, and what came out of one set. */
export const setOpeningReply = z.object({
  holding: holdingReply,
  entryId,
  catalogueRelease: z.string(),
  version: z.int(),
  contents: z.object({ lots: z.int(), pieces: z.int() }),
});

/** `POST /v1/inventory/stock/moves` */
export const moveReply = z.object({ from: holdingReply, to: holdingReply });

/** `GET /v1/inventory/stock`: owned pieces by piece. `location` is the name of one place. */
export const stockQuery = z.object({
  kind: z.enum(['part', 'set', 'minifig']).optional(),
  number: z.string().min(1).max(64).optional(),
  colour: z.string().min(1).max(40).optional(),
  location: z.string().min(1).max(100).optional(),
  cursor: z.string().max(200).optional(),
  limit,
});
export type StockQuery = z.infer<typeof stockQuery>;
export const stockReply = z.object({
  pieces: z.array(
    pieceReply.extend({
      quantity: z.int(),
      /** The first hundred, by name. */
      places: z.array(z.object({ holdingId, location: z.string().nullable(), quantity: z.int() })),
    }),
  ),
  nextCursor: z.string().nullable(),
});
export type StockReply = z.infer<typeof stockReply>;

/**
 * `GET /v1/inventory/stock/export`: everything, or the pieces in one place or of one kind. More lots than one file has are
 * asked for `part` by part; parts with one ETag belong together.
 */
export const stockExportQuery = stockQuery
  .pick({ kind: true, location: true })
  .extend({ target: z.enum(exportTargets), part: z.coerce.number().int().min(1).max(1_000).optional() });

/** `GET /v1/inventory/stock/summary`. `lots` are kinds of pieces, wherever they lie; `revision` grows with each change. */
export const stockSummaryReply = z.object({
  ...{ holdings: z.int(), lots: z.int(), parts: z.int(), sets: z.int(), minifigs: z.int(), revision: z.string() },
});
export type StockSummaryReply = z.infer<typeof stockSummaryReply>;
