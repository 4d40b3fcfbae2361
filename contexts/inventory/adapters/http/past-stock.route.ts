import type { Router } from 'express';
import type { EventStreams } from '@lego-moc/application/event-streams';
import { userOf } from '@lego-moc/http/caller';
import { ok } from '@lego-moc/http/respond';
import { route } from '@lego-moc/http/route-contract';
import { placeOf } from '../../application/inventory-ids.ts';
import { pastStock } from '../../application/past-stock.ts';
import type { StockReader } from '../../application/ports/stock-reader.ts';
import { pieceOf } from '../../domain/lots.ts';
import type { HoldingEvent } from '../../domain/stock/holding-events.ts';
import { readPastStock } from './ledger-contracts.ts';
import type { AnswerInTurn } from './questions-in-flight.ts';

export type PastStockRoute = {
  readonly streams: Pick<EventStreams<HoldingEvent>, 'readEvents'>;
  readonly reader: Pick<StockReader, 'holdings'>;
  readonly answerInTurn: AnswerInTurn;
};

const PLACES_PER_PAGE = 1_000;

/** The route that answers with the stock of an earlier day, from the journals of the caller's places. */
export const pastStockRoute = ({ streams, reader, answerInTurn }: PastStockRoute): Router => {
  const stockOn = pastStock(streams);

  /** Those that have had pieces, by the read model: of a place that was opened this moment, the past is short. */
  const holdingsOf = async (owner: ReturnType<typeof userOf>['id']): Promise<readonly string[]> => {
    const ids: string[] = [];
    let cursor: string | undefined;
    do {
      const { items, nextCursor } = await reader.holdings(owner, { cursor, limit: PLACES_PER_PAGE });
      ids.push(...items.map(({ holdingId }) => holdingId));
      cursor = nextCursor ?? undefined;
    } while (cursor !== undefined);
    return ids;
  };

  return route(readPastStock, ({ request, query: { day, location, cursor = '', limit } }) => {
    const { id: owner } = userOf(request);
    return answerInTurn(owner, async () => {
      const holdingIds = location === undefined ? await holdingsOf(owner) : [placeOf(owner, location).holdingId];
      const lots = [...(await stockOn(holdingIds, day))].toSorted(([a], [b]) => (a < b ? -1 : 1));
      const rest = lots.filter(([lot]) => lot > cursor);
      const page = rest.slice(0, limit);
      return ok({
        ...{ day, lots: lots.length, quantity: lots.reduce((sum, [, quantity]) => sum + quantity, 0) },
        pieces: page.map(([lot, quantity]) => ({ ...pieceOf(lot), quantity })),
        nextCursor: page.length < rest.length ? (page.at(-1)?.[0] ?? null) : null,
      });
    });
  });
};
