import { z } from 'zod';
import { defineRoute } from '@lego-moc/http/route-contract';
import {
  changePartLinkRequest,
  importPartLinksReply,
  importPartLinksRequest,
  partLinkReply,
  partLinksQuery,
  partLinksReply,
} from '../../contracts/part-link-api.ts';

const tags = ['part links'];
const collection = '/v1/part-links';
const path = `${collection}/:partLinkId`;
const params = z.object({ partLinkId: z.uuid() });
const ERASURE = { 410: { description: 'user-erased' } };
const NOT_FOUND = { 404: { description: 'part-link-not-found: your table has no such number' } };

export const partLinksContract = defineRoute({
  ...{ method: 'get', path: collection, tags, query: partLinksQuery },
  summary: 'The own table of part numbers, by page',
  replies: { 200: { description: 'A page in the order of schemes and numbers', schema: partLinksReply } },
});

export const importPartLinksContract = defineRoute({
  ...{ method: 'post', path: collection, tags, body: importPartLinksRequest },
  summary: 'Import a table of part numbers; your lists are read by it from then on',
  replies: {
    200: { description: 'What was imported, and which rows were not', schema: importPartLinksReply },
    409: { description: 'too-many-part-links: the table would have more numbers than are kept' },
    422: { description: 'cross-walk-unreadable: the file is no CSV with rows' },
    ...ERASURE,
  },
});

export const clearPartLinksContract = defineRoute({
  ...{ method: 'delete', path: collection, tags },
  summary: 'Delete the whole own table; lots that are known by it stay as they were read',
  replies: { 204: { description: 'There is no table any more' }, ...ERASURE },
});

export const partLinkContract = defineRoute({
  ...{ method: 'get', path, tags, params },
  summary: 'A number of the own table',
  replies: { 200: { description: 'The number', schema: partLinkReply }, ...NOT_FOUND },
});

export const changePartLinkContract = defineRoute({
  ...{ method: 'patch', path, tags, params, body: changePartLinkRequest },
  summary: 'Say that a number stands for another part; lots that are known by it stay as they were read',
  replies: { 200: { description: 'The number', schema: partLinkReply }, ...NOT_FOUND, ...ERASURE },
});

export const deletePartLinkContract = defineRoute({
  ...{ method: 'delete', path, tags, params },
  summary: 'Delete a number of the own table; lots that are known by it stay as they were read',
  replies: { 204: { description: 'Deleted' }, ...NOT_FOUND, ...ERASURE },
});

export const PART_LINK_CONTRACTS = [
  partLinksContract,
  importPartLinksContract,
  clearPartLinksContract,
  partLinkContract,
  changePartLinkContract,
  deletePartLinkContract,
];
