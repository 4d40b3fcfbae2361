import type { Router } from 'express';
import { LISTED_LOTS_MAX } from '@lego-moc/file-processing/contracts/list-api';
import { userOf } from '@lego-moc/http/caller';
import { causeOf } from '@lego-moc/http/cause';
import { problem, streamReply } from '@lego-moc/http/respond';
import { defineRoute, route } from '@lego-moc/http/route-contract';
import type { ListExporter } from '../../application/ports/list-exporter.ts';
import type { StockReader } from '../../application/ports/stock-reader.ts';
import { stockExportQuery } from '../../contracts/stock-api.ts';
import { lotKeyOf, mergeLots } from '../../domain/lots.ts';
import { TOO_MANY_QUESTIONS } from './buildability-contracts.ts';
import { toPiece } from './lots-of-request.ts';
import type { AnswerInTurn } from './questions-in-flight.ts';

export const exportStock = defineRoute({
  ...{ method: 'get', path: '/v1/inventory/stock/export', tags: ['Stock'], query: stockExportQuery },
  summary: "The caller's own pieces as a file for another program",
  replies: {
    200: { description: 'The file, or a zip of several', mediaType: '*/*' },
    409: { description: 'nothing-to-export: there is nothing that the target can take' },
    422: { description: 'too-many-lots: export one place or kind at a time' },
    ...TOO_MANY_QUESTIONS,
  },
});

export type StockExportRoute = {
  readonly reader: Pick<StockReader, 'owned'>;
  readonly exporter: Pick<ListExporter, 'write'>;
  readonly answerInTurn: AnswerInTurn;
};

/** The route that writes the stock for another program: each piece once, wherever it lies. */
export const stockExportRoute = ({ reader, exporter, answerInTurn }: StockExportRoute): Router =>
  route(exportStock, ({ request, query: { target, location, kind } }) =>
    answerInTurn(userOf(request).id, async () => {
      const stock = await reader.owned(userOf(request).id);
      const ownLots = stock.lots.filter(
        (lot) => (location ?? lot.location) === lot.location && (kind ?? lot.kind) === lot.kind,
      );
      const lots = mergeLots(ownLots.map(({ quantity, ...piece }) => ({ lot: lotKeyOf(piece), quantity })));
      if (lots.length > LISTED_LOTS_MAX)
        return problem(422, 'too-many-lots', 'Export one place or kind at a time.', {
          members: { lots: lots.length, lotsMax: LISTED_LOTS_MAX },
        });
      const file =
        lots.length === 0
          ? 'nothing-to-export'
          : await exporter.write('stock', lots.map(toPiece), target, causeOf(request));
      return file === 'nothing-to-export'
        ? problem(409, file, 'You have nothing there that the target can take.')
        : streamReply(file.content, { ...file.headers, 'cache-control': 'no-store' });
    }),
  );
