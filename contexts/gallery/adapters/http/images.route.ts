import { Router, type Request } from 'express';
import type { Clock } from '@lego-moc/application/clock';
import { causeOf } from '@lego-moc/http/cause';
import { userOf } from '@lego-moc/http/caller';
import { expectedRevision } from '@lego-moc/http/if-match';
import { omitUndefined } from '@lego-moc/http/omit-undefined';
import { noContent, ok, type Reply } from '@lego-moc/http/respond';
import { route } from '@lego-moc/http/route-contract';
import { isRejection } from '@lego-moc/kernel/decider';
import type { FileStore } from '../../application/ports/file-store.ts';
import type { GalleryReader } from '../../application/ports/gallery-reader.ts';
import { isRemoved, type Previews } from '../../application/previews.ts';
import type { ImageStates } from '../../application/states.ts';
import type { Views } from '../../application/views.ts';
import type { ImageReply } from '../../contracts/http-api.ts';
import type { ImageId } from '../../domain/image-events.ts';
import { divideByExistence } from './exist.ts';
import {
  deleteImage,
  findImages,
  imageExists,
  listImages,
  readImage,
  readImageFile,
  reviseImage,
} from './image-contracts.ts';
import { noSuchImage, refusal } from './rejection-status.ts';
import { NO_STORE } from './no-store.ts';

export type ImageRoutes = {
  readonly images: Pick<ImageStates, 'handle'>;
  readonly views: Pick<Views, 'image'>;
  readonly reader: Pick<GalleryReader, 'page'>;
  readonly files: Pick<FileStore, 'url'>;
  readonly previews: Pick<Previews, 'images'>;
  readonly now: Clock;
};

/** Reading and changing images. To those who may not see one, it does not exist. */
export const imageRoutes = ({ images, views, reader, files, previews, now }: ImageRoutes): Router => {
  const visibleImage = (request: Request, imageId: string): Promise<ImageReply | undefined> =>
    views.image(imageId as ImageId, userOf(request).id);

  return Router().use(
    route(listImages, async ({ request, query }) => {
      const { items, nextCursor } = await reader.page(userOf(request).id, query, ['image']);
      const plain = items.flatMap((item) => (item.kind === 'image' ? [item.image] : []));
      return ok({ images: await previews.images(plain), nextCursor }, NO_STORE);
    }),

    route(findImages, async ({ request, query: { ids } }) =>
      ok(await divideByExistence(ids, async (id) => (await visibleImage(request, id)) !== undefined)),
    ),

    route(imageExists, async ({ request, params: { imageId } }) =>
      (await visibleImage(request, imageId)) === undefined ? noSuchImage : ok({ exists: true }),
    ),

    route(readImage, async ({ request, params: { imageId } }) => {
      const plain = await visibleImage(request, imageId);
      const [image] = plain === undefined ? [] : await previews.images([plain]);
      return image === undefined ? noSuchImage : ok(image, { etag: image.revision, ...NO_STORE });
    }),

    route(readImageFile, async ({ request, params: { imageId } }) => {
      const image = await visibleImage(request, imageId);
      const url = image === undefined || isRemoved(image) ? undefined : await files.url(imageId as ImageId);
      return url === undefined ? noSuchImage : ok(url, NO_STORE);
    }),

    route(reviseImage, async ({ request, params, body: { visibility, ...details } }): Promise<Reply> => {
      const imageId = params.imageId as ImageId;
      const data = {
        imageId,
        by: userOf(request).id,
        details: omitUndefined(details),
        ...omitUndefined({ visibility }),
      };
      const command = { type: 'ReviseImage', data } as const;
      const outcome = await images.handle(imageId, command, causeOf(request), expectedRevision(request));
      if (isRejection(outcome)) return refusal(outcome);
      const image = await visibleImage(request, imageId);
      return image === undefined ? noSuchImage : ok(image, { etag: image.revision });
    }),

    route(deleteImage, async ({ request, params }) => {
      const imageId = params.imageId as ImageId;
      const command = { type: 'DeleteImage', data: { imageId, by: userOf(request).id, at: now() } } as const;
      const outcome = await images.handle(imageId, command, causeOf(request), expectedRevision(request));
      return isRejection(outcome) ? refusal(outcome) : noContent();
    }),
  );
};
