import { z } from 'zod';
import { defineRoute } from '@lego-moc/http/route-contract';
import {
  catalogueReply,
  changesQuery,
  changesReply,
  coloursReply,
  elementReply,
  partReply,
  partsQuery,
  partsReply,
  releasesReply,
} from '../../contracts/catalogue-api.ts';

export const catalogueContract = defineRoute({
  method: 'get',
  path: '/v1/catalogue',
  summary: 'Which release of the parts catalogue lists are checked against',
  tags: ['catalogue'],
  replies: { 200: { description: 'The newest release', schema: catalogueReply } },
});

export const partContract = defineRoute({
  method: 'get',
  path: '/v1/catalogue/parts/:partNumber',
  summary: 'What the catalogue knows of a part',
  tags: ['catalogue'],
  params: z.object({ partNumber: z.string().min(1).max(100) }),
  replies: {
    200: { description: 'The part', schema: partReply },
    404: { description: 'part-not-found: the catalogue does not have it' },
  },
});

export const partsContract = defineRoute({
  method: 'get',
  path: '/v1/catalogue/parts',
  summary: 'Parts by words of their name or by their number',
  tags: ['catalogue'],
  query: partsQuery,
  replies: { 200: { description: 'A page of parts', schema: partsReply } },
});

export const coloursContract = defineRoute({
  method: 'get',
  path: '/v1/catalogue/colours',
  summary: 'All colours of the catalogue',
  tags: ['catalogue'],
  replies: { 200: { description: 'The colours', schema: coloursReply } },
});

export const elementContract = defineRoute({
  method: 'get',
  path: '/v1/catalogue/elements/:elementId',
  summary: 'The part and colour that LEGO sells under a number',
  tags: ['catalogue'],
  params: z.object({ elementId: z.string().min(1).max(100) }),
  replies: {
    200: { description: 'The element', schema: elementReply },
    404: { description: 'element-not-found: the catalogue does not have it' },
  },
});

export const releasesContract = defineRoute({
  method: 'get',
  path: '/v1/catalogue/releases',
  summary: 'The releases of the catalogue that are still there',
  tags: ['catalogue'],
  replies: { 200: { description: 'The releases, newest first', schema: releasesReply } },
});

export const changesContract = defineRoute({
  method: 'get',
  path: '/v1/catalogue/changes',
  summary: 'The parts in which the newest release differs from an earlier one',
  tags: ['catalogue'],
  query: changesQuery,
  replies: {
    200: { description: 'A page of changes by part number', schema: changesReply },
    404: { description: 'release-not-found: GET /v1/catalogue/releases names those that are there' },
  },
});

export const CATALOGUE_CONTRACTS = [
  ...[catalogueContract, partContract, partsContract, coloursContract],
  ...[elementContract, releasesContract, changesContract],
];
