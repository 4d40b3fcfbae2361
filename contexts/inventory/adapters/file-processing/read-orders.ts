import type { FileProcessingClient } from '@lego-moc/file-processing/contracts/client';
import type { LotsReply } from '@lego-moc/file-processing/contracts/http-api';
import type { Cause } from '@lego-moc/application/event-streams';
import { ORDER_LOTS_MAX, ORDERS_MAX, type ReadOrder } from '../../application/ports/parts-lists.ts';
import type { LotQuantity } from '../../domain/lots.ts';
import { toLot } from './to-lot.ts';

/** The orders of a completed job, in the order of the file; lots that name no order are left out. */
export const ordersOf = async (
  processing: Pick<FileProcessingClient, 'lots'>,
  jobId: string,
  cause: Cause,
): Promise<readonly ReadOrder[] | 'no-such-job' | 'too-many-orders'> => {
  const orders = new Map<string, ReadOrder & { readonly lots: LotQuantity[] }>();
  let lotCount = 0;
  for (let cursor: number | null = 0; cursor !== null;) {
    const page: LotsReply | undefined = await processing.lots(jobId, cursor, cause);
    if (page === undefined) return 'no-such-job';
    for (const lot of page.lots) {
      if (lot.order === undefined) continue;
      const key = JSON.stringify([lot.order.shop, lot.order.orderId]);
      const order = orders.get(key) ?? { ...lot.order, lots: [] };
      orders.set(key, order);
      order.lots.push(...toLot(lot));
    }
    lotCount += page.lots.length;
    if (orders.size > ORDERS_MAX || lotCount > ORDER_LOTS_MAX) return 'too-many-orders';
    cursor = page.nextCursor;
  }
  return [...orders.values()];
};
