import { z } from 'zod';
import { defineRoute } from '@lego-moc/http/route-contract';
import { setPartsQuery, setPartsReply, setReply, setsQuery, setsReply } from '../../contracts/set-api.ts';

const tags = ['catalogue'];
const params = z.object({ setNumber: z.string().min(1).max(100) });

export const setsContract = defineRoute({
  method: 'get',
  path: '/v1/catalogue/sets',
  summary: 'Sets and minifigs by words of their name or by their number',
  tags,
  query: setsQuery,
  replies: { 200: { description: 'A page of sets', schema: setsReply } },
});

export const setContract = defineRoute({
  method: 'get',
  path: '/v1/catalogue/sets/:setNumber',
  summary: 'What the catalogue knows of a set or minifig',
  tags,
  params,
  replies: {
    200: { description: 'The set', schema: setReply },
    404: { description: 'set-not-found: the catalogue does not have it' },
  },
});

export const setPartsContract = defineRoute({
  method: 'get',
  path: '/v1/catalogue/sets/:setNumber/parts',
  summary: 'The parts of a set or minifig, by page',
  tags,
  params,
  query: setPartsQuery,
  replies: {
    200: { description: 'A page of parts', schema: setPartsReply },
    404: { description: 'set-inventory-not-found: the catalogue has no inventory of it, or not in this version' },
  },
});

export const SET_CONTRACTS = [setsContract, setContract, setPartsContract];
