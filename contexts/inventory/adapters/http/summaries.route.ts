import { Router } from 'express';
import { userOf } from '@lego-moc/http/caller';
import { ok } from '@lego-moc/http/respond';
import { route } from '@lego-moc/http/route-contract';
import type { ItemReader } from '../../application/ports/item-reader.ts';
import { readPartsListsSummary, readSummary } from './item-contracts.ts';

/** As many as the monolith showed. */
const RECENT_MAX = 10;

/** Routes that sum up the caller's items. */
export const summaryRoutes = (reader: ItemReader): Router =>
  Router().use(
    route(readSummary, async ({ request }) => ok(await reader.totals(userOf(request).id))),

    route(readPartsListsSummary, async ({ request }) => {
      const { id: owner } = userOf(request);
      const [totals, recent] = await Promise.all([
        reader.totals(owner, 'parts-list'),
        reader.page(owner, { kind: 'parts-list', limit: RECENT_MAX }),
      ]);
      const { items, built, purchased, averagePercentage } = totals;
      return ok({
        statistics: {
          ...{ totalPartsLists: items, builtCount: built, purchasedCount: purchased },
          averageInventoryPercentage: averagePercentage,
        },
        recentPartsLists: recent.items,
      });
    }),
  );
