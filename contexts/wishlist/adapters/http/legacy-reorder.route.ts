import { Router, type Request } from 'express';
import { causeOf } from '@lego-moc/http/cause';
import { userOf } from '@lego-moc/http/caller';
import { problem, type Reply } from '@lego-moc/http/respond';
import { route } from '@lego-moc/http/route-contract';
import { isRejection } from '@lego-moc/kernel/decider';
import { after } from '@lego-moc/kernel/instant';
import { QUIET_MS } from '../../application/reorder-settling.ts';
import type { LegacyOrder } from '../../contracts/legacy-api.ts';
import { placeIn, rowOf } from '../../domain/legacy-columns.ts';
import type { ItemId } from '../../domain/wishlist-events.ts';
import type { Wishlist } from '../../domain/wishlist-state.ts';
import {
  cancelLegacyOrder,
  debounceLegacyOrder,
  postLegacyOrder,
  putLegacyOrder,
  readLegacyOrder,
} from './legacy-api-contracts.ts';
import { answer, legacyItemsOf, legacyLists, type LegacyApiRoutes } from './legacy-api.route.ts';

const foreignItems = problem(403, 'items-not-yours', 'The order names items that are not yours');

/** As an order of the platform: what comes first is named first. */
const inOrder = ({ itemOrders }: LegacyOrder): readonly ItemId[] =>
  itemOrders
    .toSorted((first, other) => placeIn(first.sortOrder) - placeIn(other.sortOrder))
    .map(({ id }) => id as ItemId);

const countChanged = (before: Wishlist, { itemOrders }: LegacyOrder): number => {
  const orders = new Map(before.items.map((item, index) => [item.itemId, rowOf(item, index).sort_order]));
  return itemOrders.filter(({ id, sortOrder }) => orders.get(id as ItemId) !== sortOrder).length;
};

/** Orders in the monolith's contract: at once, or after half a second of quiet. */
export const legacyReorderRoutes = ({ states, now }: LegacyApiRoutes): Router => {
  const lists = legacyLists({ states });

  const orderNow = async ({ request, body }: { request: Request; body: LegacyOrder }): Promise<Reply> => {
    const owner = userOf(request).id;
    const before = await lists.latest(request);
    const rows = body.itemOrders.map(({ id, sortOrder }) => ({
      itemId: id as ItemId,
      columns: { sort_order: sortOrder },
    }));
    const outcome = await lists.handle(request, { type: 'ChangeRows', data: { owner, rows } });
    if (isRejection(outcome)) return foreignItems;
    return answer('Wishlist reordered', {
      items: legacyItemsOf(owner, await lists.lastSeen(request)),
      requestId: body.requestId ?? causeOf(request).commandId,
      ...{ changed: countChanged(before, body), timestamp: now() },
    });
  };

  return Router().use(
    route(putLegacyOrder, orderNow),
    route(postLegacyOrder, orderNow),

    route(debounceLegacyOrder, async ({ request, body }) => {
      const { requestId = causeOf(request).commandId } = body;
      const persistAt = after(now(), QUIET_MS);
      const data = { requestId, order: inOrder(body), persistAt };
      const outcome = await lists.handle(request, { type: 'ProposeReorder', data });
      if (isRejection(outcome)) return foreignItems;
      const pending = { requestId, debounced: true, willPersistAt: persistAt };
      return { status: 202, body: { status: 202, message: 'Reorder accepted', data: pending } };
    }),

    route(readLegacyOrder, async ({ request }) => {
      const { proposed } = await lists.latest(request);
      const pending =
        proposed === undefined
          ? { pending: false }
          : { pending: true, requestId: proposed.requestId, willPersistAt: proposed.persistAt };
      return answer('Reorder status', pending);
    }),

    route(cancelLegacyOrder, async ({ request }) => {
      const { proposed } = await lists.latest(request);
      const outcome = await lists.handle(request, { type: 'CancelReorder', data: {} });
      return answer('Reorder cancelled', { cancelled: proposed !== undefined && !isRejection(outcome) });
    }),
  );
};
