import { z } from 'zod';
import { defineRoute } from '@lego-moc/http/route-contract';
import {
  cancellationReply,
  decisionRequest,
  jobReply,
  lotsQuery,
  lotsReply,
  openedSetsReply,
  processFileReply,
  processFileRequest,
} from '../../contracts/http-api.ts';
import { catalogueItemsContract } from './catalogue-items.route.ts';
import { CATALOGUE_CONTRACTS } from './catalogue-contracts.ts';
import { exportContract, exportReportContract } from './export-contracts.ts';
import { SET_CONTRACTS } from './set-contracts.ts';
import { LISTED_LISTS_CONTRACTS } from './listed-lists.route.ts';
import { CUSTOM_PART_CONTRACTS } from './custom-part-contracts.ts';
import { FILE_KIND_CONTRACTS } from './file-kind-contracts.ts';
import { partColoursContract } from './part-colours.route.ts';
import { PART_LINK_CONTRACTS } from './part-link-contracts.ts';
import * as priceContracts from './price-contracts.ts';
import { substitutionsContract } from './substitutions.route.ts';

const tags = ['file processing'];
const jobParams = z.object({ jobId: z.uuid() });

export const processFileContract = defineRoute({
  method: 'post',
  path: '/v1/process-file',
  summary: 'Have a stored parts list read in the background',
  tags,
  body: processFileRequest,
  replies: {
    202: { description: 'Accepted; Location tells how far it is', schema: processFileReply },
    404: { description: 'file-not-found: you have no such file' },
    409: { description: 'job-id-taken: the id names a job for another file' },
  },
});

export const jobContract = defineRoute({
  method: 'get',
  path: '/v1/jobs/:jobId',
  summary: 'How far the reading of a parts list has come, and what was found',
  tags,
  params: jobParams,
  replies: {
    200: { description: 'The job', schema: jobReply },
    404: { description: 'job-not-found: you have no such job' },
    410: { description: 'job-withdrawn: the parts list, or its MOC, was deleted or the list replaced' },
  },
});

export const decisionContract = defineRoute({
  method: 'post',
  path: '/v1/jobs/:jobId/decision',
  summary: 'Say what the columns of a parts list mean, or whose colour ids it uses, when its job needs the decision',
  tags,
  params: jobParams,
  body: decisionRequest,
  replies: {
    202: { description: 'Accepted; the file is read once more', schema: processFileReply },
    404: { description: 'job-not-found: you have no such job' },
    409: { description: 'decision-not-needed: the job has nothing to decide, or something else first' },
    410: { description: 'job-withdrawn: the parts list, or its MOC, was deleted or the list replaced' },
    422: { description: 'column-missing: the table has fewer columns' },
  },
});

export const cancellationContract = defineRoute({
  method: 'post',
  path: '/v1/jobs/:jobId/cancellation',
  summary: 'Stop the reading of a parts list that has not ended',
  tags,
  params: jobParams,
  replies: {
    200: { description: 'Cancelled; none of its lots are left', schema: cancellationReply },
    404: { description: 'job-not-found: you have no such job' },
    409: { description: 'job-over: the file was read, or could not be' },
    410: { description: 'job-withdrawn: the parts list, or its MOC, was deleted or the list replaced' },
  },
});

export const openedSetsContract = defineRoute({
  method: 'post',
  path: '/v1/jobs/:jobId/opened-sets',
  summary: 'Open the sets and minifigs of a parts list into their parts, by the inventories of the catalogue',
  tags,
  params: jobParams,
  replies: {
    200: { description: 'Opened; names what has no inventory and stays', schema: openedSetsReply },
    404: { description: 'job-not-found: you have no such job' },
    409: {
      description:
        'job-not-completed: there are no lots (yet); nothing-to-open: the list names no sets; list-too-large: with its ' +
        'parts; lots-changed: meanwhile, ask again',
    },
    410: { description: 'job-withdrawn: the parts list, or its MOC, was deleted or the list replaced' },
  },
});

export const jobEventsContract = defineRoute({
  method: 'get',
  path: '/v1/jobs/:jobId/events',
  summary: 'The progress of a job as server-sent events',
  description:
    'Each event is named by the status and has the job as its data: at once, then whenever it changes, at most twice a ' +
    'second. The stream ends with the job, when a decision is needed, and after 15 seconds; an EventSource opens it again ' +
    'by itself, and is answered 204 once it has seen the end.',
  tags,
  params: jobParams,
  replies: {
    200: { description: 'The events', mediaType: 'text/event-stream' },
    204: { description: 'The end was seen: `Last-Event-ID` is the status of the job' },
    404: { description: 'job-not-found: you have no such job' },
    410: { description: 'job-withdrawn: the parts list, or its MOC, was deleted or the list replaced' },
    429: { description: 'too-many-event-streams: close one, or ask by GET /v1/jobs/:jobId' },
  },
});

export const lotsContract = defineRoute({
  method: 'get',
  path: '/v1/jobs/:jobId/lots',
  summary: 'The lots of a parts list as they were read, by page',
  tags,
  params: jobParams,
  query: lotsQuery,
  replies: {
    200: { description: 'A page of lots in the order of the file', schema: lotsReply },
    404: { description: 'job-not-found: you have no such job' },
    409: { description: 'job-not-completed: there are no lots (yet)' },
    410: { description: 'job-withdrawn: the parts list, or its MOC, was deleted or the list replaced' },
  },
});

export const CONTRACTS = [
  processFileContract,
  jobContract,
  decisionContract,
  cancellationContract,
  openedSetsContract,
  jobEventsContract,
  lotsContract,
  exportContract,
  exportReportContract,
  ...FILE_KIND_CONTRACTS,
  ...CUSTOM_PART_CONTRACTS,
  ...PART_LINK_CONTRACTS,
  ...CATALOGUE_CONTRACTS,
  ...SET_CONTRACTS,
  substitutionsContract,
  catalogueItemsContract,
  ...LISTED_LISTS_CONTRACTS,
  partColoursContract,
  ...Object.values(priceContracts),
];
