import { Router, type Request } from 'express';
import { z } from 'zod';
import { callerOf, ownRow, requireCaller } from './caller.ts';
import { answer, Refusal } from './envelope.ts';
import { listCache, pageOf, pattern, queryOf, searchTextOf } from './paging.ts';
import { tableOf, type Columns, type Row } from './table.ts';
import { parseBody, type Fields } from './validation.ts';
import type { AreaOptions } from './wishlist.ts';

const text = z.string().nullish();
const tags = z.preprocess(
  (value) => (typeof value === 'string' ? value.split(',').map((tag) => tag.trim()) : value),
  z.array(z.string()).nullish(),
);
const image = z.object({ title: z.string().min(1), description: text, tags, albumId: z.uuid().nullish() });
const album = z.object({ title: z.string().min(1), description: text, coverImageId: z.uuid().nullish() });
const flag = z.object({ imageId: z.uuid(), reason: text });

const imageColumns = (body: Fields<z.infer<typeof image>>): Columns => ({
  ...{ title: body.title, description: body.description, tags: body.tags, album_id: body.albumId },
});
const albumColumns = (body: Fields<z.infer<typeof album>>): Columns => ({
  ...{ title: body.title, description: body.description, cover_image_id: body.coverImageId },
});

/** The filters of a list of images, over the caller's own. */
const imageFilter = (request: Request) => {
  const values: unknown[] = [callerOf(request)];
  const conditions = ['WHERE user_id = $1'];
  const filter = (condition: (place: string) => string, value: unknown): void => {
    values.push(value);
    conditions.push(condition(`$${String(values.length)}`));
  };
  const tag = queryOf(request, 'tag');
  const albumId = queryOf(request, 'albumId');
  const search = searchTextOf(request);
  if (tag !== undefined) filter((place) => `tags ? ${place}`, tag);
  if (albumId !== undefined) filter((place) => `album_id::text = ${place}`, albumId);
  if (search !== undefined) filter((place) => `(title ILIKE ${place} OR description ILIKE ${place})`, pattern(search));
  return { where: conditions.join(' AND '), values, by: 'created_at DESC, id' };
};

/** `/api/images`, `/api/albums`, `/api/gallery` and `/api/flag`. Flagged images stay listed. */
export const galleryRoutes = ({ db, uploads, cacheMs }: AreaOptions): Router => {
  const images = tableOf(db, 'gallery_images');
  const albums = tableOf(db, 'gallery_albums');
  const flags = tableOf(db, 'gallery_flags');
  const cache = listCache(cacheMs);

  const addImage = async (request: Request) => {
    const { fields, files } = await uploads.read(request);
    const [file] = files;
    if (file === undefined) throw new Refusal(400, 'Send an image');
    const columns = imageColumns(parseBody(image, fields));
    const row = await images.insert({ ...columns, user_id: callerOf(request), image_url: file.url });
    cache.forget(callerOf(request));
    return { message: 'Image uploaded', data: row };
  };

  const changeImage = async (request: Request) => {
    const { id } = await ownRow(request, images);
    const row = await images.update(id, imageColumns(parseBody(image.partial(), request.body)), 'last_updated_at');
    cache.forget(callerOf(request));
    return { message: 'Image updated', data: row };
  };

  const removeImage = async (request: Request) => {
    const { id } = await ownRow(request, images);
    await images.remove(id);
    cache.forget(callerOf(request));
    return { message: 'Image deleted', data: { id } };
  };

  const readAlbum = async (request: Request) => {
    const row = await ownRow(request, albums);
    const content = await images.select('WHERE album_id = $1 ORDER BY created_at, id', [row.id]);
    return { message: 'Album', data: { ...row, images: content } };
  };

  const addAlbum = async (request: Request) => {
    const row = await albums.insert({
      ...albumColumns(parseBody(album, request.body)),
      user_id: callerOf(request),
    });
    cache.forget(callerOf(request));
    return { message: 'Album created', data: row };
  };

  const changeAlbum = async (request: Request) => {
    const { id } = await ownRow(request, albums);
    const row = await albums.update(id, albumColumns(parseBody(album.partial(), request.body)), 'last_updated_at');
    cache.forget(callerOf(request));
    return { message: 'Album updated', data: row };
  };

  /** Images of the album keep its id, which leads nowhere from then on. */
  const removeAlbum = async (request: Request) => {
    const { id } = await ownRow(request, albums);
    await albums.remove(id);
    cache.forget(callerOf(request));
    return { message: 'Album deleted', data: { id } };
  };

  const listOwn = (message: string, table: typeof images) => async (request: Request) => {
    const by = { where: 'WHERE user_id = $1', values: [callerOf(request)], by: 'created_at DESC, id' };
    const load = () => pageOf(request, table, table === images ? imageFilter(request) : by);
    return { message, data: await cache.read(callerOf(request), request, load) };
  };

  const readGallery = async (request: Request) => {
    const gallery = tableOf(
      db,
      `(SELECT id, user_id, title, description, created_at, 'image' AS type, image_url AS url FROM gallery_images
        UNION ALL
        SELECT id, user_id, title, description, created_at, 'album' AS type, NULL AS url FROM gallery_albums)`,
    );
    return listOwn('Gallery', gallery)(request);
  };

  const flagImage = async (request: Request) => {
    const { imageId, reason } = parseBody(flag, request.body);
    const row: Row | undefined = await images.find(imageId);
    if (row === undefined) throw new Refusal(404, 'Image not found');
    const flagRow = await flags.insert({ image_id: imageId, user_id: callerOf(request), reason });
    await images.update(imageId, { flagged: true }, 'last_updated_at');
    return { message: 'Image flagged', data: flagRow };
  };

  const member = requireCaller(403);
  return Router()
    .use(['/images', '/albums', '/gallery', '/flag'], member)
    .get('/images', answer(listOwn('Images', images)))
    .post('/images', answer(addImage))
    .patch('/images/:id', answer(changeImage))
    .delete('/images/:id', answer(removeImage))
    .get('/albums', answer(listOwn('Albums', albums)))
    .post('/albums', answer(addAlbum))
    .get('/albums/:id', answer(readAlbum))
    .patch('/albums/:id', answer(changeAlbum))
    .delete('/albums/:id', answer(removeAlbum))
    .get('/gallery', answer(readGallery))
    .post('/flag', answer(flagImage));
};
