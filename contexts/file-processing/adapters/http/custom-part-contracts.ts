import { z } from 'zod';
import { defineRoute } from '@lego-moc/http/route-contract';
import {
  addCustomPartRequest,
  changeCustomPartRequest,
  customPartReply,
  customPartsQuery,
  customPartsReply,
} from '../../contracts/custom-part-api.ts';

const tags = ['custom parts'];
const path = '/v1/custom-parts/:customPartId';
const params = z.object({ customPartId: z.uuid() });
const ERASURE = { 410: { description: 'user-erased' } };
const NOT_FOUND = { 404: { description: 'custom-part-not-found: you have no such part' } };
const PROBLEMS = {
  409: { description: 'number-taken: by another of your parts; number-in-catalogue; too-many-custom-parts' },
  422: { description: 'colour-unknown, related-part-unknown: the catalogue does not have it' },
  ...ERASURE,
};

export const customPartsContract = defineRoute({
  ...{ method: 'get', path: '/v1/custom-parts', tags, query: customPartsQuery },
  summary: 'The own custom parts, by page',
  replies: { 200: { description: 'A page in the order of the numbers', schema: customPartsReply } },
});

export const addCustomPartContract = defineRoute({
  ...{ method: 'post', path: '/v1/custom-parts', tags, body: addCustomPartRequest },
  summary: 'Add a part that the catalogue does not have; your lists know its number from then on',
  replies: { 201: { description: 'The part', schema: customPartReply }, ...PROBLEMS },
});

export const customPartContract = defineRoute({
  ...{ method: 'get', path, tags, params },
  summary: 'An own custom part',
  replies: { 200: { description: 'The part', schema: customPartReply }, ...NOT_FOUND },
});

export const changeCustomPartContract = defineRoute({
  ...{ method: 'patch', path, tags, params, body: changeCustomPartRequest },
  summary: 'Change an own custom part; lots that are known by it stay as they were read',
  replies: { 200: { description: 'The part', schema: customPartReply }, ...NOT_FOUND, ...PROBLEMS },
});

export const deleteCustomPartContract = defineRoute({
  ...{ method: 'delete', path, tags, params },
  summary: 'Delete an own custom part; lots that are known by it stay as they were read',
  replies: { 204: { description: 'Deleted' }, ...NOT_FOUND, ...ERASURE },
});

export const CUSTOM_PART_CONTRACTS = [
  customPartsContract,
  addCustomPartContract,
  customPartContract,
  changeCustomPartContract,
  deleteCustomPartContract,
];
