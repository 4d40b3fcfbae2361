import { z } from 'zod';
import { pieceReply } from './pieces.ts';

const ledgerImportId = z.uuid().toLowerCase();

export const ledgerImportParams = z.object({ ledgerImportId });

/**
 * `POST /v1/inventory/ledger-imports`: the body is a CSV in UTF-8 whose first line names the columns `date`, `kind` (`in`,
 * `out` or `adjust`), `part` and `quantity`, and perhaps `colour`, `item` (`part`, `set` or `minifig`), `note` and `id`.
 */
export const ledgerFile = z.string().meta({ examples: ['date,kind,part,colour,quantity\n2026-01-01,in,3001,4,5\n'] });
export const ledgerQuery = z.object({ location: z.string().trim().min(1).max(100).nullable().default(null) });

/**
 * `GET /v1/inventory/ledger-imports/:ledgerImportId`. Of the file's `lines`, `entered` count since this import, `known`
 * counted before, and `findings` were left out.
 */
export const ledgerImportReply = z.object({
  ledgerImportId,
  status: z.enum(['receiving', 'running', 'completed', 'stopped', 'undoing', 'undone']),
  stopReason: z.enum(['incomplete', 'holding-full', 'inventory-full', 'overdue']).nullable(),
  holdingId: z.uuid(),
  location: z.string().nullable(),
  lines: z.int(),
  ...{ entered: z.int(), known: z.int(), findings: z.int() },
  undo: z.object({ pieces: z.int(), lackingPieces: z.int() }).nullable(),
  requestedAt: z.iso.datetime(),
  changedAt: z.iso.datetime(),
});
export type LedgerImportReply = z.infer<typeof ledgerImportReply>;

/** `GET /v1/inventory/ledger-imports/:ledgerImportId/findings`: in the order of days. `cursor` is `nextCursor` before. */
export const findingsQuery = z.object({ cursor: z.coerce.bigint().nonnegative().default(0n) });
export const findingsReply = z.object({
  findings: z.array(
    z.object({
      /** Of the file; the names of the columns are line 1. */
      line: z.int(),
      reason: z.string(),
      detail: z.string(),
      /** How many pieces could have left, where more did. */
      available: z.int().nullable(),
    }),
  ),
  nextCursor: z.string().nullable(),
});
export type FindingsReply = z.infer<typeof findingsReply>;

/** `GET /v1/inventory/stock/past`: what was there at the end of a day (UTC). `location` is the name of one place. */
export const pastStockQuery = z.object({
  day: z.iso.date(),
  location: z.string().min(1).max(100).optional(),
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});
export const pastStockReply = z.object({
  day: z.iso.date(),
  /** Of all pages. */
  lots: z.int(),
  quantity: z.int(),
  pieces: z.array(pieceReply.extend({ quantity: z.int() })),
  nextCursor: z.string().nullable(),
});
