import { Router, type Request } from 'express';
import type { Clock } from '@lego-moc/application/clock';
import { causeOf } from '@lego-moc/http/cause';
import { userOf } from '@lego-moc/http/caller';
import { expectedRevision } from '@lego-moc/http/if-match';
import { createdReply, noContent, ok, type Reply } from '@lego-moc/http/respond';
import { route } from '@lego-moc/http/route-contract';
import { isRejection } from '@lego-moc/kernel/decider';
import { itemIdOf } from '../../application/inventory-ids.ts';
import { toItemReply } from '../../application/item-reply.ts';
import type { ItemReader } from '../../application/ports/item-reader.ts';
import type { PartsLists } from '../../application/ports/parts-lists.ts';
import { trackSource, type TrackingDependencies } from '../../application/track-source.ts';
import type { TrackRequest } from '../../contracts/http-api.ts';
import type { InventoryItemCommand, TrackItem } from '../../domain/inventory-item-commands.ts';
import { lotKeyOf, mergeLots } from '../../domain/lots.ts';
import { usableOf } from '../../domain/tracked-item.ts';
import {
  acquireParts,
  listItems,
  readItem,
  readItemLots,
  trackItem,
  untrackItem,
  updateItem,
} from './item-contracts.ts';
import { aboutJob } from './job-problems.ts';
import { toLots, toPiece } from './lots-of-request.ts';
import { etagOf, ownedItem, type Items } from './owned-item.ts';
import { itemNotFound, toProblem } from './rejection-status.ts';

export type ItemRoutes = {
  readonly items: Items;
  readonly handleInventory: TrackingDependencies['handleInventory'];
  readonly reader: ItemReader;
  readonly lists: PartsLists;
  readonly now: Clock;
};

type Content = Pick<TrackItem['data'], 'title' | 'origin' | 'lots' | 'sections'>;

/** The lots to track: those of the request, or those of the job. */
const contentOf = async (lists: PartsLists, request: Request, body: TrackRequest): Promise<Content | Reply> => {
  if ('lots' in body) return { title: body.title, origin: null, lots: mergeLots(toLots(body.lots)) };
  const list = await lists.read(body.jobId, userOf(request).id, causeOf(request));
  if (typeof list === 'string') return aboutJob(list);
  if (list.partsListId !== body.source.id) return aboutJob('job-of-another-list');
  return {
    title: body.title ?? list.fileName.slice(0, 200),
    origin: list.origin,
    lots: list.lots,
    sections: list.steps,
  };
};

/** Replies with the item after a command, or with the problem that refused it. */
const replyAfter =
  ({ items }: Pick<ItemRoutes, 'items'>) =>
  async (request: Request, itemId: string, command: InventoryItemCommand): Promise<Reply> => {
    const outcome = await items.handle(itemId, command, causeOf(request), expectedRevision(request));
    if (isRejection(outcome)) return toProblem(outcome);
    const result = await ownedItem(items)(request, itemId);
    return result === undefined ? itemNotFound : ok(toItemReply(result.item), { etag: result.etag });
  };

/** Routes that track, fill, change and read items. */
export const itemRoutes = (needs: ItemRoutes): Router => {
  const { items, handleInventory, reader, lists, now } = needs;
  const track = trackSource({ handleInventory, handleItem: items.handle });
  const find = ownedItem(items);
  const reply = replyAfter(needs);

  return Router().use(
    route(listItems, async ({ request, query }) => ok(await reader.page(userOf(request).id, query))),

    route(trackItem, async ({ request, body }) => {
      const content = await contentOf(lists, request, body);
      if ('status' in content) return content;
      const { id: owner } = userOf(request);
      const itemId = itemIdOf(owner, body.source);
      const data: TrackItem['data'] = { itemId, owner, source: body.source, ...content, at: now() };
      const outcome = await track(data, causeOf(request));
      if (isRejection(outcome)) return toProblem(outcome);
      const result = await find(request, itemId);
      if (result === undefined) return itemNotFound;
      return createdReply(`/v1/inventory/items/${itemId}`, toItemReply(result.item), result.etag);
    }),

    route(readItem, async ({ request, params }) => {
      const result = await find(request, params.inventoryItemId);
      return result === undefined ? itemNotFound : ok(toItemReply(result.item), { etag: result.etag });
    }),

    route(readItemLots, async ({ request, params, query: { cursor, limit, open } }) => {
      const result = await find(request, params.inventoryItemId);
      if (result === undefined) return itemNotFound;
      const lots = result.item.lots
        .map((lot) => ({ ...toPiece(lot), open: lot.needed - usableOf(lot) }))
        .filter((lot) => !open || lot.open > 0);
      const end = cursor + limit;
      const nextCursor = end < lots.length ? end : null;
      return ok({ lots: lots.slice(cursor, end), nextCursor }, { etag: result.etag });
    }),

    route(updateItem, ({ request, params, body: { lots, ...change } }) => {
      const marks = lots.map(({ missing, damaged, ...piece }) => ({ lot: lotKeyOf(piece), missing, damaged }));
      const data = { by: userOf(request).id, change, marks, at: now() };
      return reply(request, params.inventoryItemId, { type: 'UpdateInventory', data });
    }),

    route(acquireParts, ({ request, params, body }) => {
      const entryId = causeOf(request).commandId;
      const data = { by: userOf(request).id, entryId, lots: toLots(body.lots), at: now() };
      return reply(request, params.inventoryItemId, { type: 'AcquireParts', data });
    }),

    route(untrackItem, async ({ request, params }) => {
      const command = { type: 'UntrackItem', data: { by: userOf(request).id, at: now() } } as const;
      const outcome = await items.handle(params.inventoryItemId, command, causeOf(request), expectedRevision(request));
      return isRejection(outcome) ? toProblem(outcome) : noContent(etagOf(outcome.revision));
    }),
  );
};
