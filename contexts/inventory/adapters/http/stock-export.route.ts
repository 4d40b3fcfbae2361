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
    404: { description: 'part-not-found: there are fewer parts' },
    422: { description: 'too-many-lots: ask for each of the `parts`, by part=1 and so on' },
    ...TOO_MANY_QUESTIONS,
  },
});

export type StockExportRoute = {
  readonly reader: Pick<StockReader, 'owned'>;
  readonly exporter: Pick<ListExporter, 'write'>;
  readonly answerInTurn: AnswerInTurn;
};

const partNotFound = problem(404, 'part-not-found', 'There are fewer parts. Leave `part` out to learn how many.');

const tooManyLots = (lots: number, parts: number) =>
  problem(422, 'too-many-lots', `Ask for each of the ${String(parts)} parts, by part=1 and so on.`, {
    members: { lots, lotsMax: LISTED_LOTS_MAX, parts },
  });

/** The route that writes the stock for another program: each piece once, wherever it lies. */
export const stockExportRoute = ({ reader, exporter, answerInTurn }: StockExportRoute): Router =>
  route(exportStock, ({ request, query: { target, location, kind, part } }) =>
    answerInTurn(userOf(request).id, async () => {
      const stock = await reader.owned(userOf(request).id);
      const ownLots = stock.lots.filter(
        (lot) => (location ?? lot.location) === lot.location && (kind ?? lot.kind) === lot.kind,
      );
      const lots = mergeLots(ownLots.map(({ quantity, ...piece }) => ({ lot: lotKeyOf(piece), quantity }))).toSorted(
        (a, b) => (a.lot < b.lot ? -1 : 1),
      );
      const parts = Math.ceil(lots.length / LISTED_LOTS_MAX);
      if (part === undefined && parts > 1) return tooManyLots(lots.length, parts);
      const first = ((part ?? 1) - 1) * LISTED_LOTS_MAX;
      const page = lots.slice(first, first + LISTED_LOTS_MAX);
      if (page.length === 0 && first > 0) return partNotFound;
      const name = parts > 1 ? `stock-${String(part)}-of-${String(parts)}` : 'stock';
      const file =
        page.length === 0
          ? 'nothing-to-export'
          : await exporter.write(name, page.map(toPiece), target, causeOf(request));
      return file === 'nothing-to-export'
        ? problem(409, file, 'You have nothing there that the target can take.')
        : streamReply(file.content, { ...file.headers, etag: `"${stock.revision}"`, 'cache-control': 'no-store' });
    }),
  );
