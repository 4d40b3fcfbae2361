import { z } from 'zod';
import { defineRoute } from '@lego-moc/http/route-contract';
import {
  combinedEstimateQuery,
  estimateQuery,
  estimateReply,
  importPricesReply,
  importPricesRequest,
  pricesQuery,
  pricesReply,
  refreshReply,
  refreshRequest,
  refreshStarted,
  sourceKeyRequest,
  sourceReply,
} from '../../contracts/price-api.ts';

const tags = ['prices'];
const jobParams = z.object({ jobId: z.uuid() });
const JOB_PROBLEMS = {
  404: { description: 'job-not-found: you have no such job' },
  410: { description: 'job-withdrawn: the parts list, or its MOC, was deleted or the list replaced' },
};
const ERASURE_REPLY = { description: 'user-erased: the account was erased' };
const ESTIMATE = {
  200: { description: 'The sums, and what is not in them; no-prices when none is known', schema: estimateReply },
  409: { description: 'job-not-completed or lists-too-large: there is nothing to estimate' },
};

export const estimateContract = defineRoute({
  method: 'get',
  path: '/v1/jobs/:jobId/estimate',
  summary: 'What the needed pieces of a parts list cost, as far as prices are known',
  tags,
  params: jobParams,
  query: estimateQuery,
  replies: { ...ESTIMATE, ...JOB_PROBLEMS },
});

export const combinedEstimateContract = defineRoute({
  method: 'get',
  path: '/v1/combined-lists/estimate',
  summary: 'What several parts lists cost together',
  tags,
  access: 'service',
  query: combinedEstimateQuery,
  replies: ESTIMATE,
});

export const importPricesContract = defineRoute({
  method: 'post',
  path: '/v1/prices',
  summary: 'Import own prices from a CSV',
  tags,
  body: importPricesRequest,
  replies: {
    200: { description: 'What was imported, and which rows were not', schema: importPricesReply },
    409: { description: 'too-many-prices: you would have more prices than are kept' },
    410: ERASURE_REPLY,
    422: { description: 'prices-unreadable: the file is no CSV of prices' },
  },
});

export const listPricesContract = defineRoute({
  method: 'get',
  path: '/v1/prices',
  summary: 'The own prices, by page',
  tags,
  query: pricesQuery,
  replies: { 200: { description: 'A page of prices', schema: pricesReply } },
});

export const putSourceContract = defineRoute({
  method: 'put',
  path: '/v1/prices/sources/bricklink',
  summary: 'Set the own key of BrickLink’s API',
  tags,
  body: sourceKeyRequest,
  replies: { 204: { description: 'It is kept sealed, and never shown' }, 410: ERASURE_REPLY },
});

export const readSourceContract = defineRoute({
  method: 'get',
  path: '/v1/prices/sources/bricklink',
  summary: 'Whether there is an own key of BrickLink, and how many calls of today are left',
  tags,
  replies: { 200: { description: 'The source', schema: sourceReply } },
});

export const deleteSourceContract = defineRoute({
  method: 'delete',
  path: '/v1/prices/sources/bricklink',
  summary: 'Remove the own key of BrickLink’s API',
  tags,
  replies: { 204: { description: 'There is none any more' } },
});

export const refreshContract = defineRoute({
  method: 'post',
  path: '/v1/jobs/:jobId/price-refreshes',
  summary: 'Ask BrickLink for the prices of a parts list that are missing or old',
  tags,
  params: jobParams,
  body: refreshRequest,
  replies: {
    202: { description: 'Accepted; Location tells how far it is', schema: refreshStarted },
    ...JOB_PROBLEMS,
    409: { description: 'job-not-completed or price-source-missing: there is nothing to ask, or nobody' },
  },
});

export const readRefreshContract = defineRoute({
  method: 'get',
  path: '/v1/prices/refreshes/:refreshId',
  summary: 'How a refresh of prices ended',
  tags,
  params: z.object({ refreshId: z.uuid() }),
  replies: {
    200: { description: 'The refresh', schema: refreshReply },
    404: { description: 'refresh-not-found: you have no such refresh' },
  },
});
