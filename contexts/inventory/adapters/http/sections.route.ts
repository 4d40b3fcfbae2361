import { Router } from 'express';
import type { Clock } from '@lego-moc/application/clock';
import { causeOf } from '@lego-moc/http/cause';
import { userOf } from '@lego-moc/http/caller';
import { expectedRevision } from '@lego-moc/http/if-match';
import { ok } from '@lego-moc/http/respond';
import { defineRoute, route } from '@lego-moc/http/route-contract';
import { isRejection } from '@lego-moc/kernel/decider';
import { toItemReply } from '../../application/item-reply.ts';
import { itemParams, itemReply } from '../../contracts/http-api.ts';
import { divideRequest, sectionsQuery, sectionsReply } from '../../contracts/sections-api.ts';
import { sectionStatuses, type SectionStatus } from '../../domain/sections.ts';
import { toLots, toPiece } from './lots-of-request.ts';
import { ownedItem, type Items } from './owned-item.ts';
import { itemNotFound, toProblem } from './rejection-status.ts';

const SECTIONS = '/v1/inventory/items/:inventoryItemId/sections';
const tags = ['Inventory'];

export const divideItem = defineRoute({
  ...{ method: 'put', path: SECTIONS, tags, params: itemParams, body: divideRequest },
  summary: 'Divide the lots of an item into bags and steps, in place of the former ones',
  replies: {
    200: { description: 'The item', schema: itemReply },
    422: { description: 'lot-not-found, sections-exceed-needed or too-many-lots' },
  },
});

export const listSections = defineRoute({
  ...{ method: 'get', path: SECTIONS, tags, params: itemParams, query: sectionsQuery },
  summary: 'Say what is there for each bag and step of an item',
  replies: { 200: { description: 'The page', schema: sectionsReply } },
});

const withOpen = <T extends { readonly needed: number; readonly usable: number }>(progress: T) => ({
  ...progress,
  open: progress.needed - progress.usable,
});

const toReply = ({ lots, ...status }: SectionStatus) => ({
  ...withOpen(status),
  lots: lots.map((lot) => withOpen(toPiece(lot))),
});

/** Routes that divide an item into bags and steps, and read them. */
export const sectionRoutes = ({ items, now }: { readonly items: Items; readonly now: Clock }): Router => {
  const find = ownedItem(items);

  return Router().use(
    route(divideItem, async ({ request, params: { inventoryItemId }, body }) => {
      const sections = body.sections.map(({ lots, ...section }) => ({ ...section, lots: toLots(lots) }));
      const command = { type: 'DivideItem', data: { by: userOf(request).id, sections, at: now() } } as const;
      const outcome = await items.handle(inventoryItemId, command, causeOf(request), expectedRevision(request));
      if (isRejection(outcome)) return toProblem(outcome);
      const result = await find(request, inventoryItemId);
      return result === undefined ? itemNotFound : ok(toItemReply(result.item), { etag: result.etag });
    }),

    route(listSections, async ({ request, params, query: { kind, cursor, limit } }) => {
      const result = await find(request, params.inventoryItemId);
      if (result === undefined) return itemNotFound;
      const statuses = sectionStatuses(result.item).filter((status) => kind === undefined || status.kind === kind);
      const end = cursor + limit;
      const nextCursor = end < statuses.length ? end : null;
      return ok({ sections: statuses.slice(cursor, end).map(toReply), nextCursor }, { etag: result.etag });
    }),
  );
};
