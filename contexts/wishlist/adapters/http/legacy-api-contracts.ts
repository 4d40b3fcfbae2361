import { defineRoute, type RouteContract } from '@lego-moc/http/route-contract';
import {
  legacyCancelEnvelope,
  legacyChangeRequest,
  legacyDeletionEnvelope,
  legacyItemEnvelope,
  legacyItemParams,
  legacyItemRequest,
  legacyItemsEnvelope,
  legacyListQuery,
  legacyOrderEnvelope,
  legacyOrderRequest,
  legacyPendingEnvelope,
  legacySearchQuery,
  legacyStatusEnvelope,
} from '../../contracts/legacy-api.ts';

const legacyRoute = { tags: ['Migration'], access: 'user' } as const;

export const listLegacyItems = defineRoute({
  ...{ ...legacyRoute, method: 'get', path: '/legacy/wishlist', summary: 'List wishes as the monolith does' },
  query: legacyListQuery,
  replies: { 200: { description: 'All of them', schema: legacyItemsEnvelope } },
});

export const searchLegacyItems = defineRoute({
  ...{ ...legacyRoute, method: 'get', path: '/legacy/wishlist/search', summary: 'Search wishes as the monolith does' },
  query: legacySearchQuery,
  replies: { 200: { description: 'Those that match', schema: legacyItemsEnvelope } },
});

export const addLegacyItem = defineRoute({
  ...{ ...legacyRoute, method: 'post', path: '/legacy/wishlist', summary: 'Add a wish as the monolith does' },
  body: legacyItemRequest,
  replies: { 200: { description: 'The wish', schema: legacyItemEnvelope } },
});

const itemRoute = {
  ...{ ...legacyRoute, path: '/legacy/wishlist/:id', params: legacyItemParams },
} as const;
const changeRoute = {
  ...{ ...itemRoute, summary: 'Change a wish as the monolith does', body: legacyChangeRequest },
  replies: { 200: { description: 'The wish', schema: legacyItemEnvelope } },
} as const;
export const putLegacyItem = defineRoute({ ...changeRoute, method: 'put' });
export const patchLegacyItem = defineRoute({ ...changeRoute, method: 'patch' });

export const deleteLegacyItem = defineRoute({
  ...{ ...itemRoute, method: 'delete', summary: 'Delete a wish as the monolith does' },
  replies: { 200: { description: 'Deleted', schema: legacyDeletionEnvelope } },
});

const orderRoute = {
  ...{ ...legacyRoute, path: '/legacy/wishlist/reorder', summary: 'Order wishes as the monolith does' },
  body: legacyOrderRequest,
  replies: { 200: { description: 'The list', schema: legacyOrderEnvelope } },
} as const;
export const putLegacyOrder = defineRoute({ ...orderRoute, method: 'put' });
export const postLegacyOrder = defineRoute({ ...orderRoute, method: 'post' });

export const debounceLegacyOrder = defineRoute({
  ...{ ...legacyRoute, method: 'post', path: '/legacy/wishlist/reorder/debounced' },
  summary: 'Order wishes after half a second of quiet, as the monolith does',
  body: legacyOrderRequest,
  replies: { 202: { description: 'Accepted', schema: legacyPendingEnvelope } },
});

export const readLegacyOrder = defineRoute({
  ...{ ...legacyRoute, method: 'get', path: '/legacy/wishlist/reorder/status' },
  summary: 'Read whether an order waits, as the monolith does',
  replies: { 200: { description: 'What waits', schema: legacyStatusEnvelope } },
});

export const cancelLegacyOrder = defineRoute({
  ...{ ...legacyRoute, method: 'post', path: '/legacy/wishlist/reorder/cancel' },
  summary: 'Cancel the order that waits, as the monolith does',
  replies: { 200: { description: 'Whether one waited', schema: legacyCancelEnvelope } },
});

export const LEGACY_API_CONTRACTS: readonly RouteContract[] = [
  listLegacyItems,
  searchLegacyItems,
  addLegacyItem,
  putLegacyItem,
  patchLegacyItem,
  deleteLegacyItem,
  putLegacyOrder,
  postLegacyOrder,
  debounceLegacyOrder,
  readLegacyOrder,
  cancelLegacyOrder,
];
