import { defineRoute, type RouteContract } from '@lego-moc/http/route-contract';
import { IMAGE_SIZE_MAX, ACCEPTED_IMAGE_TYPES } from '@lego-moc/images/limits';
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
  reorderStatusReply,
  updateItemRequest,
} from '../../contracts/http-api.ts';

const tags = ['Wishlist'];
const done = { description: 'Done, or done before' };

export const listItems = defineRoute({
  method: 'get',
  path: '/v1/wishlist',
  summary: "The caller's wishlist, page by page, in its order",
  tags,
  query: listQuery,
  replies: { 200: { description: 'The page', schema: listReply } },
});

export const listCategories = defineRoute({
  method: 'get',
  path: '/v1/wishlist/categories',
  summary: 'The themes that a wish can be sorted under',
  tags,
  replies: { 200: { description: 'The themes', schema: categoriesReply } },
});

export const readItem = defineRoute({
  method: 'get',
  path: '/v1/wishlist/:itemId',
  summary: 'One item',
  tags,
  params: itemParams,
  replies: { 200: { description: 'The item', schema: itemReply } },
});

export const addItem = defineRoute({
  method: 'post',
  path: '/v1/wishlist',
  summary: 'Wish for something; it stands last on the list',
  tags,
  body: addItemRequest,
  replies: { 201: { description: 'The item', schema: itemReply } },
});

export const updateItem = defineRoute({
  method: 'patch',
  path: '/v1/wishlist/:itemId',
  summary: 'Put a wish differently',
  tags,
  params: itemParams,
  body: updateItemRequest,
  replies: { 200: { description: 'The item', schema: itemReply } },
});

export const deleteItem = defineRoute({
  method: 'delete',
  path: '/v1/wishlist/:itemId',
  summary: 'Wish for it no more',
  tags,
  params: itemParams,
  replies: { 204: done },
});

export const putOrder = defineRoute({
  method: 'put',
  path: '/v1/wishlist/order',
  summary: 'Put the list in an order, at once',
  tags,
  body: orderRequest,
  replies: { 204: done },
});

export const debounceOrder = defineRoute({
  method: 'post',
  path: '/v1/wishlist/reorder/debounced',
  summary: 'Put the list in an order once it was left alone for half a second; the last one wins',
  tags,
  body: debouncedReorderRequest,
  replies: { 202: { description: 'When it will hold unless another one comes', schema: debouncedReorderReply } },
});

export const reorderStatus = defineRoute({
  method: 'get',
  path: '/v1/wishlist/reorder/status',
  summary: 'Whether an order is waiting to hold',
  tags,
  replies: { 200: { description: 'Where it stands', schema: reorderStatusReply } },
});

export const cancelReorder = defineRoute({
  method: 'post',
  path: '/v1/wishlist/reorder/cancel',
  summary: 'Give up the order that is waiting',
  tags,
  body: cancelReorderRequest,
  replies: { 200: { description: 'Where it stands', schema: reorderStatusReply } },
});

export const putImage = defineRoute({
  method: 'put',
  path: '/v1/wishlist/:itemId/image',
  summary: `Give an item an image: ${ACCEPTED_IMAGE_TYPES} of at most 10 MiB and ${IMAGE_SIZE_MAX}`,
  tags,
  params: itemParams,
  upload: { mediaType: 'image/*' },
  replies: { 200: { description: 'The item', schema: itemReply } },
});

export const readImage = defineRoute({
  method: 'get',
  path: '/v1/wishlist/:itemId/image',
  summary: 'The image of an item',
  tags,
  params: itemParams,
  query: imageQuery,
  replies: { 200: { description: 'The image', mediaType: 'image/webp' } },
});

export const deleteImage = defineRoute({
  method: 'delete',
  path: '/v1/wishlist/:itemId/image',
  summary: 'Take the image of an item away',
  tags,
  params: itemParams,
  replies: { 204: done },
});

/** Everything this service promises over HTTP. */
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
];
