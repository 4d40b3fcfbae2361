import { defineRoute, type RouteContract } from '@lego-moc/http/route-contract';
import {
  acquireRequest,
  itemLotsQuery,
  itemLotsReply,
  itemParams,
  itemReply,
  itemsQuery,
  itemsReply,
  partsListsSummaryReply,
  purchaseParams,
  purchaseReply,
  purchaseRequest,
  purchasesReply,
  reversalQuery,
  summaryReply,
  trackRequest,
  updateItemRequest,
} from '../../contracts/http-api.ts';

const tags = ['Inventory'];
const ITEMS = '/v1/inventory/items';
const ITEM = `${ITEMS}/:inventoryItemId`;
const reply = { 200: { description: 'The item', schema: itemReply } };

export const trackItem = defineRoute({
  ...{ method: 'post', path: ITEMS, tags, body: trackRequest },
  summary: 'Track the pieces of a parts list, a wish, a set or loose parts',
  replies: { 201: { description: 'The item', schema: itemReply } },
});

export const listItems = defineRoute({
  ...{ method: 'get', path: ITEMS, tags, query: itemsQuery },
  summary: "List the caller's items, the latest change first",
  replies: { 200: { description: 'The page', schema: itemsReply } },
});

export const readItem = defineRoute({
  ...{ method: 'get', path: ITEM, tags, params: itemParams },
  summary: 'Read an item',
  replies: reply,
});

export const readItemLots = defineRoute({
  ...{ method: 'get', path: `${ITEM}/lots`, tags, params: itemParams, query: itemLotsQuery },
  summary: 'List the lots of an item, or those that lack pieces',
  replies: { 200: { description: 'The page', schema: itemLotsReply } },
});

export const updateItem = defineRoute({
  ...{ method: 'patch', path: ITEM, tags, params: itemParams, body: updateItemRequest },
  summary: 'Change notes, costs and status of an item, and mark missing or damaged pieces',
  replies: reply,
});

export const untrackItem = defineRoute({
  ...{ method: 'delete', path: ITEM, tags, params: itemParams },
  summary: 'Track an item no more',
  replies: { 204: { description: 'Not tracked now' } },
});

export const acquireParts = defineRoute({
  ...{ method: 'post', path: `${ITEM}/entries`, tags, params: itemParams, body: acquireRequest },
  summary: 'Acquire pieces, or take an entry back with negative quantities',
  replies: reply,
});

export const purchaseParts = defineRoute({
  ...{ method: 'post', path: `${ITEM}/purchases`, tags, params: itemParams, body: purchaseRequest },
  summary: 'Record a purchase; the item takes of it what it needs',
  replies: { 201: { description: 'The purchase', schema: purchaseReply } },
});

export const listPurchases = defineRoute({
  ...{ method: 'get', path: `${ITEM}/purchases`, tags, params: itemParams },
  summary: 'List the purchases of an item',
  replies: { 200: { description: 'All purchases, in the order of recording', schema: purchasesReply } },
});

export const reversePurchase = defineRoute({
  ...{ method: 'delete', path: `${ITEM}/purchases/:purchaseId`, tags, params: purchaseParams, query: reversalQuery },
  summary: 'Reverse a purchase by a counter-entry',
  replies: { 204: { description: 'Reversed now or before' } },
});

export const readSummary = defineRoute({
  ...{ method: 'get', path: '/v1/inventory/summary', tags },
  summary: "Sum up the caller's items",
  replies: { 200: { description: 'The summary', schema: summaryReply } },
});

export const readPartsListsSummary = defineRoute({
  ...{ method: 'get', path: '/v1/users/me/parts-lists/summary', tags },
  summary: "Sum up the caller's parts lists, with the ten that changed last",
  replies: { 200: { description: 'The summary', schema: partsListsSummaryReply } },
});

/** The public routes about items. */
export const ITEM_CONTRACTS: readonly RouteContract[] = [
  trackItem,
  listItems,
  readItem,
  readItemLots,
  updateItem,
  untrackItem,
  acquireParts,
  purchaseParts,
  listPurchases,
  reversePurchase,
  readSummary,
  readPartsListsSummary,
];
