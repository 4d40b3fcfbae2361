import { Router } from 'express';
import { userOf } from '@lego-moc/http/caller';
import { ok } from '@lego-moc/http/respond';
import { route } from '@lego-moc/http/route-contract';
import type { GalleryReader } from '../../application/ports/gallery-reader.ts';
import type { Previews } from '../../application/previews.ts';
import type { Views } from '../../application/views.ts';
import type { AlbumId } from '../../domain/album-events.ts';
import { albumExists, findAlbums, listAlbumImages, listAlbums, readAlbum, readGallery } from './album-contracts.ts';
import { divideByExistence } from './exist.ts';
import { NO_STORE } from './no-store.ts';
import { noSuchAlbum } from './rejection-status.ts';

export type AlbumReading = {
  readonly views: Views;
  readonly reader: Pick<GalleryReader, 'page'>;
  readonly previews: Previews;
};

/** Reading the gallery and its albums. An image that the caller may not see is left out of the albums that hold it. */
export const albumReadingRoutes = ({ views, reader, previews }: AlbumReading): Router =>
  Router().use(
    route(readGallery, async ({ request, query }) => {
      const { id } = userOf(request);
      const { items, nextCursor } = await reader.page(id, query, ['image', 'album']);
      return ok({ items: await previews.items(items, id), nextCursor }, NO_STORE);
    }),

    route(listAlbums, async ({ request, query }) => {
      const { id } = userOf(request);
      const { items: plain, nextCursor } = await reader.page(id, query, ['album']);
      const items = await previews.items(plain, id);
      return ok({ albums: items.flatMap((item) => (item.kind === 'album' ? [item.album] : [])), nextCursor }, NO_STORE);
    }),

    route(findAlbums, async ({ request, query: { ids } }) => {
      const { id } = userOf(request);
      return ok(
        await divideByExistence(ids, async (albumId) => (await views.album(albumId as AlbumId, id)) !== undefined),
      );
    }),

    route(albumExists, async ({ request, params: { albumId } }) =>
      (await views.album(albumId as AlbumId, userOf(request).id)) === undefined ? noSuchAlbum : ok({ exists: true }),
    ),

    route(readAlbum, async ({ request, params: { albumId } }) => {
      const { id } = userOf(request);
      const album = await views.album(albumId as AlbumId, id);
      if (album === undefined) return noSuchAlbum;
      const [item] = await previews.items([{ kind: 'album', album }], id);
      return item?.kind === 'album' ? ok(item.album, { etag: album.revision, ...NO_STORE }) : noSuchAlbum;
    }),

    route(listAlbumImages, async ({ request, params: { albumId }, query: { cursor, limit } }) => {
      const { id } = userOf(request);
      const imageIds = await views.imageIdsOf(albumId as AlbumId, id);
      if (imageIds === undefined) return noSuchAlbum;
      const visibleImages = await Promise.all(
        imageIds.slice(cursor, cursor + limit).map((imageId) => views.image(imageId, id)),
      );
      const images = await previews.images(visibleImages.filter((image) => image !== undefined));
      return ok({ images, nextCursor: cursor + limit < imageIds.length ? String(cursor + limit) : null }, NO_STORE);
    }),
  );
