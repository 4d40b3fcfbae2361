import { z } from 'zod';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { LotKey } from '../../domain/lots.ts';
import type { HoldingId } from '../../domain/stock/holding-events.ts';

/** The parts that stored events of this context share. */
export const owner = z.string().transform((id) => id as UserId);
export const at = z.iso.datetime().transform((instant) => instant as Instant);
export const lotKey = z.string().transform((key) => key as LotKey);
export const lots = z.array(z.object({ lot: lotKey, quantity: z.int() }));
export const source = z.object({ kind: z.enum(['parts-list', 'wish', 'set', 'loose']), id: z.string() });
export const ledgerLine = z.object({
  lineId: z.string(),
  day: z.string(),
  lot: lotKey,
  quantity: z.int(),
  note: z.string(),
});
export const place = z.object({
  holdingId: z.string().transform((id) => id as HoldingId),
  location: z.string().nullable(),
});
