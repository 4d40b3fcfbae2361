import type { Router } from 'express';
import { userOf } from '@lego-moc/http/caller';
import { causeOf } from '@lego-moc/http/cause';
import { ok, problem, type Reply } from '@lego-moc/http/respond';
import { defineRoute, route } from '@lego-moc/http/route-contract';
import { isRejection, type Rejection } from '@lego-moc/kernel/decider';
import {
  importOrders,
  type OrderImportDependencies,
  type OrderImportRejection,
} from '../../application/import-orders.ts';
import { ORDER_LOTS_MAX, ORDERS_MAX } from '../../application/ports/parts-lists.ts';
import { itemParams } from '../../contracts/http-api.ts';
import { orderImportReply, orderImportRequest } from '../../contracts/orders-api.ts';
import { aboutJob } from './job-problems.ts';
import { toProblem } from './rejection-status.ts';

export const importItemOrders = defineRoute({
  ...{ method: 'post', path: '/v1/inventory/items/:inventoryItemId/order-imports', tags: ['Inventory'] },
  ...{ params: itemParams, body: orderImportRequest },
  summary: 'Record the orders of a file as purchases of an item, each once',
  replies: {
    200: { description: 'What became of each order', schema: orderImportReply },
    404: { description: 'item-not-found or job-not-found' },
    409: { description: 'job-not-completed: the file is not read yet, or cannot be' },
    422: { description: 'no-orders: the file is no list of orders; too-many-orders' },
  },
});

const refusal = ({ rejected, ...rest }: Rejection<OrderImportRejection>): Reply => {
  switch (rejected) {
    case 'no-such-job':
    case 'not-completed':
      return aboutJob(rejected);
    case 'no-orders':
      return problem(422, rejected, rest.because);
    case 'too-many-orders': {
      const limits = { ordersMax: ORDERS_MAX, lotsMax: ORDER_LOTS_MAX };
      return problem(422, rejected, 'The file has too many orders, or lots; divide it.', { members: limits });
    }
    default:
      return toProblem({ rejected, ...rest });
  }
};

/** The route that records the orders of a file as purchases. */
export const orderImportRoute = (needs: OrderImportDependencies): Router => {
  const record = importOrders(needs);
  return route(importItemOrders, async ({ request, params: { inventoryItemId }, body: { jobId } }) => {
    const orders = await record(inventoryItemId, userOf(request).id, jobId, causeOf(request));
    return isRejection<OrderImportRejection>(orders) ? refusal(orders) : ok({ orders });
  });
};
