import { randomUUID } from 'node:crypto';
import { Router, type Request } from 'express';
import { z } from 'zod';
import type { Database } from '@lego-moc/postgres/database';
import { callerOf } from './caller.ts';
import { answer, Refusal } from './envelope.ts';
import type { Table } from './table.ts';
import { parseBody } from './validation.ts';

const reorder = z.object({
  itemOrders: z.array(z.object({ id: z.uuid(), sortOrder: z.coerce.string() })).max(1_000),
  requestId: z.string().optional(),
});

type Order = z.infer<typeof reorder>;
type Pending = Order & { readonly requestId: string; readonly timer: NodeJS.Timeout; readonly willPersistAt: string };

const QUIET_MS = 500;

type ReorderOptions = { readonly db: Database; readonly items: Table; readonly forget: (userId: string) => void };

/** Orders of a wishlist: at once, or after half a second of quiet, when the last one wins. */
export const reorders = ({ db, items, forget }: ReorderOptions): Router => {
  const pending = new Map<string, Pending>();

  const refuseForeign = async (userId: string, { itemOrders }: Order): Promise<void> => {
    const ids = itemOrders.map(({ id }) => id);
    const own = await items.count('WHERE user_id = $1 AND id = ANY($2::uuid[])', [userId, ids]);
    if (own !== new Set(ids).size) throw new Refusal(403, 'The order names items that are not yours');
  };

  const store = async (userId: string, { itemOrders }: Order): Promise<number> => {
    const { rowCount } = await db.result(
      `UPDATE wishlist_items t SET sort_order = o."sortOrder", updated_at = now()
       FROM jsonb_to_recordset($1::jsonb) AS o(id uuid, "sortOrder" text)
       WHERE t.id = o.id AND t.user_id = $2 AND t.sort_order IS DISTINCT FROM o."sortOrder"`,
      [JSON.stringify(itemOrders), userId],
    );
    forget(userId);
    return rowCount;
  };

  const orderNow = async (request: Request) => {
    const userId = callerOf(request);
    const order = parseBody(reorder, request.body);
    await refuseForeign(userId, order);
    const rowsChanged = await store(userId, order);
    const list = await items.select('WHERE user_id = $1 ORDER BY sort_order', [userId]);
    const { requestId = randomUUID() } = order;
    return {
      message: 'Wishlist reordered',
      data: { items: list, requestId, changed: rowsChanged, timestamp: new Date().toISOString() },
    };
  };

  const orderLater = async (request: Request) => {
    const userId = callerOf(request);
    const order = parseBody(reorder, request.body);
    await refuseForeign(userId, order);
    clearTimeout(pending.get(userId)?.timer);
    const requestId = order.requestId ?? randomUUID();
    const timer = setTimeout(() => {
      pending.delete(userId);
      store(userId, order).catch(() => undefined);
    }, QUIET_MS);
    const willPersistAt = new Date(Date.now() + QUIET_MS).toISOString();
    pending.set(userId, { ...order, requestId, timer, willPersistAt });
    return {
      status: 202 as const,
      message: 'Reorder accepted',
      data: { requestId, debounced: true, willPersistAt },
    };
  };

  const readPending = (request: Request) => {
    const order = pending.get(callerOf(request));
    const data =
      order === undefined
        ? { pending: false }
        : { pending: true, requestId: order.requestId, willPersistAt: order.willPersistAt };
    return Promise.resolve({ message: 'Reorder status', data });
  };

  const cancel = (request: Request) => {
    const userId = callerOf(request);
    const order = pending.get(userId);
    clearTimeout(order?.timer);
    pending.delete(userId);
    return Promise.resolve({ message: 'Reorder cancelled', data: { cancelled: order !== undefined } });
  };

  return Router()
    .put('/', answer(orderNow))
    .post('/', answer(orderNow))
    .post('/debounced', answer(orderLater))
    .get('/status', answer(readPending))
    .post('/cancel', answer(cancel));
};
