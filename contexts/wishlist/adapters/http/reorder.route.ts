import { Router, type Request } from 'express';
import type { z } from 'zod';
import { causeOf } from '@lego-moc/http/cause';
import { userOf } from '@lego-moc/http/caller';
import { omitUndefined } from '@lego-moc/http/omit-undefined';
import { expectedRevision } from '@lego-moc/http/if-match';
import { acceptedReply, noContent, ok } from '@lego-moc/http/respond';
import { route } from '@lego-moc/http/route-contract';
import { type Clock } from '@lego-moc/application/clock';
import { after } from '@lego-moc/kernel/instant';
import type { HandleCommand } from '@lego-moc/application/command-handler';
import { isRejection } from '@lego-moc/kernel/decider';
import type { WishlistReader } from '../../application/ports/wishlist-reader.ts';
import { QUIET_MS } from '../../application/reorder-settling.ts';
import { wishlistId } from '../../contracts/wishlist-id.ts';
import type { reorderStatusReply } from '../../contracts/http-api.ts';
import type { WishlistCommand } from '../../domain/wishlist.ts';
import type { Wishlist, WishlistRejection } from '../../domain/wishlist-state.ts';
import type { ItemId } from '../../domain/wishlist-events.ts';
import { cancelReorder, debounceOrder, putOrder, reorderStatus } from './contracts.ts';
import { etagOf } from './items.route.ts';
import { toProblem } from './rejection-status.ts';

const statusOf = ({ proposed, settled }: Wishlist): z.infer<typeof reorderStatusReply> => {
  if (proposed !== undefined) {
    return { status: 'pending', requestId: proposed.requestId, willPersistAt: proposed.persistAt };
  }
  const status = settled === undefined ? 'idle' : 'settled';
  return { status, requestId: settled ?? null, willPersistAt: null };
};

/** Routes that reorder a wishlist: at once, or when no further order comes for a while. */
export const reorderRoutes = (
  handle: HandleCommand<WishlistCommand, WishlistRejection>,
  reader: WishlistReader,
  now: Clock,
): Router => {
  const ownersList = (request: Request) => wishlistId(userOf(request).id);
  const status = async (request: Request) => statusOf((await reader.latest(userOf(request).id)).list);

  return Router().use(
    route(putOrder, async ({ request, body }) => {
      const cause = causeOf(request);
      const data = { order: body.order as ItemId[], requestId: cause.commandId };
      const outcome = await handle(ownersList(request), { type: 'Reorder', data }, cause, expectedRevision(request));
      if (isRejection(outcome)) return toProblem(outcome);
      return noContent(etagOf(outcome.revision));
    }),

    route(debounceOrder, async ({ request, body }) => {
      const cause = causeOf(request);
      const { order, requestId = cause.commandId } = body;
      const persistAt = after(now(), QUIET_MS);
      const data = { requestId, order: order as ItemId[], persistAt };
      const command = { type: 'ProposeReorder', data } as const;
      const outcome = await handle(ownersList(request), command, cause, expectedRevision(request));
      if (isRejection(outcome)) return toProblem(outcome);
      const { proposed } = (await reader.lastSeen(userOf(request).id)).list;
      const willPersistAt = proposed?.requestId === requestId ? proposed.persistAt : persistAt;
      return acceptedReply('/v1/wishlist/reorder/status', { requestId, debounced: true, willPersistAt });
    }),

    route(reorderStatus, async ({ request }) => ok(await status(request))),

    route(cancelReorder, async ({ request, body = {} }) => {
      const data = omitUndefined(body);
      const outcome = await handle(ownersList(request), { type: 'CancelReorder', data }, causeOf(request));
      return isRejection(outcome) ? toProblem(outcome) : ok(await status(request));
    }),
  );
};
