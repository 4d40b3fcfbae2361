import type { Cause } from '@lego-moc/application/event-streams';
import { exportReport } from '@lego-moc/file-processing/contracts/export-api';
import type { ListedLot } from '@lego-moc/file-processing/contracts/list-api';
import { estimateReply } from '@lego-moc/file-processing/contracts/price-api';
import type { ServiceClient } from '@lego-moc/resilience/http-client';
import type { Call } from '@lego-moc/resilience/service-call';
import type { ListExporter, PieceQuantity } from '../../application/ports/list-exporter.ts';
import type { ItemKind } from '../../domain/lots.ts';

/** What a report calls the file; nobody sees it. */
const FILE_NAME = 'list';
const ITEM_TYPES = { part: 'P', set: 'S', minifig: 'M' } as const satisfies Record<ItemKind, string>;

const toListed = ({ kind, number, colour, quantity }: PieceQuantity): ListedLot => ({
  ...{ itemType: ITEM_TYPES[kind], number, colour, quantity },
});

const postTo = (path: string, json: object, { correlationId, causedBy }: Cause): Call => ({
  ...{ method: 'POST', path, json, idempotent: true, context: { correlationId, causedBy } },
});

const failureOf = (path: string, status: number): Error =>
  new Error(`file-processing answered POST ${path} with ${String(status)}`);

/** Has lists written, reported on and estimated by the file-processing service. */
export const listExporter = (service: Pick<ServiceClient, 'call' | 'stream'>): ListExporter => {
  const post = async (path: string, json: object, cause: Cause): Promise<unknown> => {
    const { status, body } = await service.call(postTo(path, json, cause));
    if (status !== 200) throw failureOf(path, status);
    return body;
  };

  return {
    report: async (lots, target, cause) => {
      const body = { target, fileName: FILE_NAME, owner: cause.actor, lots: lots.map(toListed) };
      return exportReport.parse(await post('/v1/list-exports/report', body, cause));
    },

    write: async (fileName, lots, target, cause) => {
      const path = '/v1/list-exports';
      const body = { target, fileName, owner: cause.actor, lots: lots.map(toListed) };
      const { status, headers, body: content } = await service.stream(postTo(path, body, cause));
      if (status === 200) {
        const { 'content-type': type = '', 'content-disposition': disposition = '' } = headers;
        return { headers: { 'content-type': type, 'content-disposition': disposition }, content };
      }
      // A body that is not read to its end fails when it is given up.
      content.on('error', () => undefined).destroy();
      if (status === 409) return 'nothing-to-export';
      throw failureOf(path, status);
    },

    estimate: async (lots, reader, cause) =>
      estimateReply.parse(await post('/v1/list-estimates', { reader, lots: lots.map(toListed) }, cause)),
  };
};
