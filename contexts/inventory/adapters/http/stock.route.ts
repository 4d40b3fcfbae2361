import { Router } from 'express';
import { userOf } from '@lego-moc/http/caller';
import { ok } from '@lego-moc/http/respond';
import { route } from '@lego-moc/http/route-contract';
import { journalOf } from '../../application/find-entry.ts';
import { toEntryReply, toHoldingReply } from '../../application/holding-reply.ts';
import type { StockReader } from '../../application/ports/stock-reader.ts';
import type { EntryReply } from '../../contracts/stock-api.ts';
import { pieceOf } from '../../domain/lots.ts';
import { entriesOf } from '../../domain/persistent-map.ts';
import { ownedHolding } from './owned-holding.ts';
import { holdingNotFound } from './rejection-status.ts';
import type { StockRoutes } from './stock-changes.route.ts';
import {
  listHoldings,
  listStock,
  readEntries,
  readHolding,
  readHoldingLots,
  readStockSummary,
} from './stock-contracts.ts';

type ReadingRoutes = Pick<StockRoutes, 'holdings' | 'streams'> & { readonly reader: StockReader };

/** Routes that read the caller's own pieces: sums and lists from the read model, one place from its stream. */
export const stockRoutes = ({ holdings, streams, reader }: ReadingRoutes): Router => {
  const find = ownedHolding(holdings);

  return Router().use(
    route(listStock, async ({ request, query }) => {
      const { id: owner } = userOf(request);
      const etag = await reader.revision(owner);
      const { items, nextCursor } = await reader.pieces(owner, query);
      return ok({ pieces: items, nextCursor }, { etag });
    }),

    route(readStockSummary, async ({ request }) => {
      const { id: owner } = userOf(request);
      const revision = await reader.revision(owner);
      return ok({ ...(await reader.summary(owner)), revision }, { etag: revision });
    }),

    route(listHoldings, async ({ request, query }) => {
      const { items, nextCursor } = await reader.holdings(userOf(request).id, query);
      return ok({ holdings: items, nextCursor });
    }),

    route(readHolding, async ({ request, params }) => {
      const result = await find(request, params.holdingId);
      return result === undefined ? holdingNotFound : ok(toHoldingReply(result.holding), { etag: result.etag });
    }),

    route(readHoldingLots, async ({ request, params, query: { cursor = '', limit } }) => {
      const result = await find(request, params.holdingId);
      if (result === undefined) return holdingNotFound;
      const lots = [...entriesOf(result.holding.lots)].filter(([lot]) => lot > cursor);
      const page = lots.toSorted(([a], [b]) => (a < b ? -1 : 1)).slice(0, limit);
      const nextCursor = page.length < lots.length ? (page.at(-1)?.[0] ?? null) : null;
      return ok(
        { lots: page.map(([lot, quantity]) => ({ ...pieceOf(lot), quantity })), nextCursor },
        { etag: result.etag },
      );
    }),

    route(readEntries, async ({ request, params: { holdingId }, query: { cursor, limit } }) => {
      const result = await find(request, holdingId);
      if (result === undefined) return holdingNotFound;
      const entries: EntryReply[] = [];
      let nextCursor: string | null = null;
      for await (const { entry, revision } of journalOf(streams, holdingId, cursor)) {
        if (entries.length === limit) {
          nextCursor = String(revision);
          break;
        }
        entries.push(toEntryReply(entry));
      }
      return ok({ entries, nextCursor }, { etag: result.etag });
    }),
  );
};
