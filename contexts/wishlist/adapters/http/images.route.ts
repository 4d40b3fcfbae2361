import { Router, type Request, type RequestHandler } from 'express';
import { causeOf } from '@lego-moc/http/cause';
import { userOf } from '@lego-moc/http/caller';
import { exactRouter } from '@lego-moc/http/exact-router';
import { noContent, problem, streamReply } from '@lego-moc/http/respond';
import { route } from '@lego-moc/http/route-contract';
import type { HandleCommand } from '@lego-moc/application/command-handler';
import { imageBody, imageFileOf } from '@lego-moc/images/image-body';
import { ACCEPTED_IMAGE_TYPES, IMAGE_SIZE_MAX } from '@lego-moc/images/limits';
import type { ImageStore, ImageProcessor } from '../../application/ports/image-store.ts';
import type { WishlistReader } from '../../application/ports/wishlist-reader.ts';
import { wishlistId } from '../../contracts/wishlist-id.ts';
import type { WishlistCommand } from '../../domain/wishlist.ts';
import type { WishlistRejection } from '../../domain/wishlist-state.ts';
import type { ItemId } from '../../domain/wishlist-events.ts';
import { deleteImage, putImage, readImage } from './contracts.ts';
import { replyWithItem } from './items.route.ts';
import { imageIdOf } from './list-page.ts';
import { itemNotFound } from './rejection-status.ts';

const IMAGE_BYTES_MAX = 10 * 1024 * 1024;

/** A URL with the id of the image never changes its content; one without shows the current image of the item. */
const CACHE_CONTROL = { immutable: 'private, max-age=31536000, immutable', revalidate: 'private, no-cache' };

export type ImageRoutes = {
  readonly handle: HandleCommand<WishlistCommand, WishlistRejection>;
  readonly reader: WishlistReader;
  readonly images: ImageStore;
  readonly imageProcessor: ImageProcessor;
};

const imageUnreadable = problem(
  422,
  'image-unreadable',
  `The image cannot be decoded: send ${ACCEPTED_IMAGE_TYPES} of at most ${IMAGE_SIZE_MAX}.`,
);
const noImage = problem(404, 'image-not-found', 'This item has no image.');

/** Receives the uploaded image. Stands before `idempotent`, whose keys name one body. */
export const readImageBody: RequestHandler = exactRouter().put(putImage.path, imageBody(IMAGE_BYTES_MAX));

/** Images of items, received by `readImageBody`. The sweep removes those that were replaced. */
export const imageRoutes = ({ handle, reader, images, imageProcessor }: ImageRoutes): Router => {
  const reply = replyWithItem({ handle, reader });

  const itemOf = async (request: Request, itemId: string) => {
    const { list } = await reader.latest(userOf(request).id);
    return list.items.find((item) => item.itemId === itemId);
  };

  return Router().use(
    route(putImage, async ({ request, params }) => {
      const item = await itemOf(request, params.itemId);
      if (item === undefined) return itemNotFound;
      const { commandId } = causeOf(request);
      const file = imageFileOf(request);
      const { id: owner } = userOf(request);
      const conversion = file && (await imageProcessor.process(file.path, owner));
      if (conversion === undefined) return imageUnreadable;
      const place = { wishlistId: wishlistId(owner), itemId: item.itemId };
      if (item.wish.image !== null) await images.mark(item.wish.image, commandId);
      const image = await images.put({ ...place, imageId: commandId }, conversion);
      const data = { itemId: item.itemId, image, preview: conversion.preview };
      return reply(request, item.itemId, { type: 'SetImage', data });
    }),

    route(readImage, async ({ request, params, query: { v } }) => {
      const image = (await itemOf(request, params.itemId))?.wish.image ?? undefined;
      const stream = image === undefined ? undefined : await images.open(image);
      if (image === undefined || stream === undefined) return noImage;
      const cacheControl = v === imageIdOf(image) ? CACHE_CONTROL.immutable : CACHE_CONTROL.revalidate;
      return streamReply(stream, { 'content-type': 'image/webp', 'cache-control': cacheControl });
    }),

    route(deleteImage, async ({ request, params }) => {
      const image = (await itemOf(request, params.itemId))?.wish.image ?? null;
      if (image !== null) await images.mark(image, causeOf(request).commandId);
      const itemId = params.itemId as ItemId;
      const answer = await reply(request, itemId, { type: 'UpdateItem', data: { itemId, change: { image: null } } });
      return answer.status === 200 ? noContent() : answer;
    }),
  );
};
