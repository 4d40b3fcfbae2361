import { defineRoute, type RouteContract } from '@lego-moc/http/route-contract';
import { signedImageContract } from '@lego-moc/service/signed-image-route';
import { IMAGE_SIZE_MAX, ACCEPTED_IMAGE_TYPES } from '@lego-moc/images/limits';
import { LEGACY_API_CONTRACTS } from './legacy-api-contracts.ts';
import { IMAGES_FOLDER } from '../../application/ports/image-store.ts';
import {
  addItemRequest,
  cancelReorderRequest,
  categoriesReply,
  debouncedReorderReply,
  debouncedReorderRequest,
  imageQuery,
  itemParams,
  itemReply,
  listQuery,
  listReply,
  orderRequest,
  previewedItem,
  reorderStatusReply,
  updateItemRequest,
} from '../../contracts/http-api.ts';
import {
  importWishesReply,
  importWishesRequest,
  legacyListParams,
  legacyListReply,
  legacyListsQuery,
  legacyListsReply,
} from '../../contracts/legacy-import.ts';

const tags = ['Wishlist'];
const DONE_REPLY = { description: 'Done now or before' };

export const listItems = defineRoute({
  method: 'get',
  path: '/v1/wishlist',
  summary: "List the caller's wishlist in its order, page by page",
  tags,
  query: listQuery,
  replies: { 200: { description: 'The page', schema: listReply } },
});

export const listCategories = defineRoute({
  method: 'get',
  path: '/v1/wishlist/categories',
  summary: 'List the categories of wishes',
  tags,
  replies: { 200: { description: 'The categories', schema: categoriesReply } },
});

export const readItem = defineRoute({
  method: 'get',
  path: '/v1/wishlist/:itemId',
  summary: 'Read an item',
  tags,
  params: itemParams,
  replies: { 200: { description: 'The item', schema: previewedItem } },
});

export const addItem = defineRoute({
  method: 'post',
  path: '/v1/wishlist',
  summary: 'Add an item at the end of the list',
  tags,
  body: addItemRequest,
  replies: { 201: { description: 'The item', schema: itemReply } },
});

export const updateItem = defineRoute({
  method: 'patch',
  path: '/v1/wishlist/:itemId',
  summary: 'Change an item',
  tags,
  params: itemParams,
  body: updateItemRequest,
  replies: { 200: { description: 'The item', schema: itemReply } },
});

export const deleteItem = defineRoute({
  method: 'delete',
  path: '/v1/wishlist/:itemId',
  summary: 'Delete an item',
  tags,
  params: itemParams,
  replies: { 204: DONE_REPLY },
});

export const putOrder = defineRoute({
  method: 'put',
  path: '/v1/wishlist/order',
  summary: 'Reorder the list at once',
  tags,
  body: orderRequest,
  replies: { 204: DONE_REPLY },
});

export const debounceOrder = defineRoute({
  method: 'post',
  path: '/v1/wishlist/reorder/debounced',
  summary: 'Reorder the list when no other order comes for half a second; the last one wins',
  tags,
  body: debouncedReorderRequest,
  replies: {
    202: { description: 'When the order takes effect unless another one comes', schema: debouncedReorderReply },
  },
});

export const reorderStatus = defineRoute({
  method: 'get',
  path: '/v1/wishlist/reorder/status',
  summary: 'Read whether an order is waiting to take effect',
  tags,
  replies: { 200: { description: 'The state of the last order', schema: reorderStatusReply } },
});

export const cancelReorder = defineRoute({
  method: 'post',
  path: '/v1/wishlist/reorder/cancel',
  summary: 'Cancel the order that is waiting',
  tags,
  body: cancelReorderRequest,
  replies: { 200: { description: 'The state of the last order', schema: reorderStatusReply } },
});

export const putImage = defineRoute({
  method: 'put',
  path: '/v1/wishlist/:itemId/image',
  summary: `Set the image of an item: ${ACCEPTED_IMAGE_TYPES} of at most 10 MiB and ${IMAGE_SIZE_MAX}`,
  tags,
  params: itemParams,
  upload: { mediaType: 'image/*' },
  replies: { 200: { description: 'The item', schema: itemReply } },
});

export const readImage = defineRoute({
  method: 'get',
  path: '/v1/wishlist/:itemId/image',
  summary: 'Read the image of an item',
  tags,
  params: itemParams,
  query: imageQuery,
  replies: { 200: { description: 'The image', mediaType: 'image/webp' } },
});

export const deleteImage = defineRoute({
  method: 'delete',
  path: '/v1/wishlist/:itemId/image',
  summary: 'Remove the image of an item',
  tags,
  params: itemParams,
  replies: { 204: DONE_REPLY },
});

export const readSignedImage = { ...signedImageContract('wishlist', IMAGES_FOLDER), tags };

/** All public routes of the service. */
export const importWishes = defineRoute({
  method: 'post',
  path: '/internal/v1/legacy-wishes',
  summary: 'Take over rows of the monolith',
  description:
    'Rows keep their ids. Each may be sent again, in any order: the change with the largest sequence counts.',
  access: 'service',
  tags: ['Migration'],
  body: importWishesRequest,
  replies: { 200: { description: 'Taken over', schema: importWishesReply } },
});

export const listLegacyLists = defineRoute({
  method: 'get',
  path: '/internal/v1/legacy-wishes',
  summary: 'List all wishlists and their owners',
  description: 'In the order of their ids. A list that was written within the last moments may be missing.',
  access: 'service',
  tags: ['Migration'],
  query: legacyListsQuery,
  replies: { 200: { description: 'A page; the last one when it is shorter than the limit', schema: legacyListsReply } },
});
export const readLegacyList = defineRoute({
  method: 'get',
  path: '/internal/v1/legacy-wishes/:listId',
  summary: 'Read a wishlist as rows of the monolith',
  access: 'service',
  tags: ['Migration'],
  params: legacyListParams,
  replies: { 200: { description: 'The rows', schema: legacyListReply } },
});

export const CONTRACTS: readonly RouteContract[] = [
  listItems,
  listCategories,
  readItem,
  addItem,
  updateItem,
  deleteItem,
  putOrder,
  debounceOrder,
  reorderStatus,
  cancelReorder,
  putImage,
  readImage,
  deleteImage,
  readSignedImage,
  importWishes,
  listLegacyLists,
  readLegacyList,
  ...LEGACY_API_CONTRACTS,
];
