import { Readable } from 'node:stream';
import { Router, type Request } from 'express';
import { callerOf } from '@lego-moc/http/caller';
import { refuse } from '@lego-moc/http/problem';
import { ok, streamReply } from '@lego-moc/http/respond';
import { defineRoute, route } from '@lego-moc/http/route-contract';
import { isRejection } from '@lego-moc/kernel/decider';
import type { UserId } from '@lego-moc/kernel/message';
import { attachmentDisposition } from '@lego-moc/object-storage/content-disposition';
import type { exportListed } from '../../application/listed-lists.ts';
import type { EstimateOf } from '../../application/prices/estimate-lists.ts';
import { exportReport } from '../../contracts/export-api.ts';
import { listEstimateRequest, listExportRequest } from '../../contracts/list-api.ts';
import { estimateReply } from '../../contracts/price-api.ts';
import { estimateReplyFor } from './estimate-reply.ts';
import { problemFor, reportOf } from './export.route.ts';

const tags = ['file processing'];
const TOO_LARGE = { description: 'nothing-to-export or export-too-large: there is no such file' };

export const listExportContract = defineRoute({
  ...{ method: 'post', path: '/v1/list-exports', tags, access: 'service', body: listExportRequest },
  summary: 'Lots of the catalogue as a file for another program',
  replies: { 200: { description: 'The file, under its name', mediaType: '*/*' }, 409: TOO_LARGE },
});

export const listExportReportContract = defineRoute({
  ...{ method: 'post', path: '/v1/list-exports/report', tags, access: 'service', body: listExportRequest },
  summary: 'What such a file would leave out, change or divide',
  replies: { 200: { description: 'The counts and every kind of loss', schema: exportReport }, 409: TOO_LARGE },
});

export const listEstimateContract = defineRoute({
  ...{ method: 'post', path: '/v1/list-estimates', tags, access: 'service', body: listEstimateRequest },
  summary: 'What lots of the catalogue cost by the prices of a reader',
  replies: {
    200: { description: 'The sums, and what is not in them; no-prices when none is known', schema: estimateReply },
    409: { description: 'lists-too-large' },
  },
});

export const LISTED_LISTS_CONTRACTS = [listExportContract, listExportReportContract, listEstimateContract];

const requireOtherService = (request: Request): void => {
  if (callerOf(request).service === undefined) refuse(403, 'services-only', 'Only other services may send such lists.');
};

export type ListedListsRoutes = { readonly open: ReturnType<typeof exportListed>; readonly estimateOf: EstimateOf };

/** Routes for lists that other services put together. */
export const listedListsRoutes = ({ open, estimateOf }: ListedListsRoutes): Router =>
  Router().use(
    route(listExportContract, async ({ request, body: { target, fileName, owner, lots } }) => {
      requireOtherService(request);
      const { list, write } = await open(fileName, owner as UserId | undefined, lots);
      const file = await write(list, target);
      if (isRejection(file)) return problemFor(file);
      return streamReply(Readable.from(file.content), {
        'content-type': file.mediaType,
        'content-disposition': attachmentDisposition(file.fileName),
        'cache-control': 'no-store',
      });
    }),

    route(listExportReportContract, async ({ request, body: { target, fileName, owner, lots } }) => {
      requireOtherService(request);
      const { list, plan } = await open(fileName, owner as UserId | undefined, lots);
      const result = await plan(list, target);
      return isRejection(result) ? problemFor(result) : ok(reportOf(target, result));
    }),

    route(listEstimateContract, async ({ request, body: { reader, lots: listedLots, ...market } }) => {
      requireOtherService(request);
      const { list, lots } = await open('list', reader as UserId, listedLots);
      return estimateReplyFor(await estimateOf(lots)([list], reader as UserId, market), market);
    }),
  );
