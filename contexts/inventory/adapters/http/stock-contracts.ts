import { defineRoute, type RouteContract } from '@lego-moc/http/route-contract';
import {
  correctionRequest,
  entriesQuery,
  entriesReply,
  entryParams,
  entryRequest,
  entryReversalQuery,
  holdingLotsQuery,
  holdingLotsReply,
  holdingParams,
  holdingReply,
  holdingsQuery,
  holdingsReply,
  moveReply,
  moveRequest,
  stockQuery,
  stockReply,
  stockSummaryReply,
} from '../../contracts/stock-api.ts';

const tags = ['Stock'];
const STOCK = '/v1/inventory/stock';
const HOLDING = `${STOCK}/holdings/:holdingId`;
const reply = { 200: { description: 'The place', schema: holdingReply } };

export const listStock = defineRoute({
  ...{ method: 'get', path: STOCK, tags, query: stockQuery },
  summary: "List the caller's own pieces, with the places they lie in",
  replies: { 200: { description: 'The page', schema: stockReply } },
});

export const readStockSummary = defineRoute({
  ...{ method: 'get', path: `${STOCK}/summary`, tags },
  summary: "Count the caller's own pieces",
  replies: { 200: { description: 'The summary', schema: stockSummaryReply } },
});

export const enterStock = defineRoute({
  ...{ method: 'post', path: `${STOCK}/entries`, tags, body: entryRequest },
  summary: 'Put pieces into a place, or take them out with negative quantities',
  replies: reply,
});

export const correctStock = defineRoute({
  ...{ method: 'post', path: `${STOCK}/corrections`, tags, body: correctionRequest },
  summary: 'Correct lots of a place to the quantities that were counted',
  replies: reply,
});

export const moveStock = defineRoute({
  ...{ method: 'post', path: `${STOCK}/moves`, tags, body: moveRequest },
  summary: 'Move pieces from one place to another',
  replies: { 200: { description: 'Both places', schema: moveReply } },
});

export const listHoldings = defineRoute({
  ...{ method: 'get', path: `${STOCK}/holdings`, tags, query: holdingsQuery },
  summary: "List the places of the caller's own pieces",
  replies: { 200: { description: 'The page', schema: holdingsReply } },
});

export const readHolding = defineRoute({
  ...{ method: 'get', path: HOLDING, tags, params: holdingParams },
  summary: 'Read a place',
  replies: reply,
});

export const readHoldingLots = defineRoute({
  ...{ method: 'get', path: `${HOLDING}/lots`, tags, params: holdingParams, query: holdingLotsQuery },
  summary: 'List the pieces in a place',
  replies: { 200: { description: 'The page', schema: holdingLotsReply } },
});

export const readEntries = defineRoute({
  ...{ method: 'get', path: `${HOLDING}/entries`, tags, params: holdingParams, query: entriesQuery },
  summary: 'List the entries of a place in the order of recording',
  replies: { 200: { description: 'The page', schema: entriesReply } },
});

export const reverseEntry = defineRoute({
  ...{ method: 'delete', path: `${HOLDING}/entries/:entryId`, tags, params: entryParams, query: entryReversalQuery },
  summary: 'Reverse an entry by a counter-entry',
  replies: { 204: { description: 'Reversed now or before' } },
});

/** The public routes about owned pieces. */
export const STOCK_CONTRACTS: readonly RouteContract[] = [
  listStock,
  readStockSummary,
  enterStock,
  correctStock,
  moveStock,
  listHoldings,
  readHolding,
  readHoldingLots,
  readEntries,
  reverseEntry,
];
