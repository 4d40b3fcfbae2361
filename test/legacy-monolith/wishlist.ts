import { Router, type Request } from 'express';
import { z } from 'zod';
import type { Database } from '@lego-moc/postgres/database';
import { callerOf, ownRow, requireCaller } from './caller.ts';
import { answer, Refusal } from './envelope.ts';
import { listCache, pattern, queryOf, searchTextOf, type ListCache } from './paging.ts';
import { reorders } from './reorders.ts';
import { tableOf, type Columns } from './table.ts';
import { parseBody, type Fields } from './validation.ts';
import type { Uploads } from './uploads.ts';

const text = z.string().nullish();
const wish = z.object({
  title: z.string().min(1),
  description: text,
  productLink: text,
  imageUrl: text,
  category: text,
  sortOrder: z.coerce.string().optional(),
});

const columnsOf = (body: Fields<z.infer<typeof wish>>): Columns => ({
  title: body.title,
  description: body.description,
  product_link: body.productLink,
  image_url: body.imageUrl,
  category: body.category,
  sort_order: body.sortOrder,
});

const definedColumns = (columns: Columns): Columns =>
  Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== undefined));

export type AreaOptions = { readonly db: Database; readonly uploads: Uploads; readonly cacheMs: number };

/** `/api/wishlist`. The order of a list is a number kept as text, and sorted as text: 10 comes before 9. */
export const wishlistRoutes = ({ db, uploads, cacheMs }: AreaOptions): Router => {
  const items = tableOf(db, 'wishlist_items');
  const cache: ListCache = listCache(cacheMs);

  const list = (request: Request, where: string, values: readonly unknown[]) =>
    items.select(`WHERE user_id = $1 ${where} ORDER BY sort_order`, [callerOf(request), ...values]);

  const nextPlace = async (userId: string): Promise<string> => {
    const { place } = await db.one<{ place: string }>(
      `SELECT (coalesce(max(sort_order::numeric) FILTER (WHERE sort_order ~ '^\\d{1,15}$'), -1) + 1)::text AS place
       FROM wishlist_items WHERE user_id = $1`,
      [userId],
    );
    return place;
  };

  const add = async (request: Request) => {
    const userId = callerOf(request);
    const columns = definedColumns(columnsOf(parseBody(wish, request.body)));
    const row = await items.insert({ sort_order: await nextPlace(userId), ...columns, user_id: userId });
    cache.forget(userId);
    return { message: 'Wishlist item created', data: row };
  };

  const change = async (request: Request) => {
    const { id } = await ownRow(request, items);
    const row = await items.update(id, columnsOf(parseBody(wish.partial(), request.body)), 'updated_at');
    cache.forget(callerOf(request));
    return { message: 'Wishlist item updated', data: row };
  };

  const remove = async (request: Request) => {
    const { id } = await ownRow(request, items);
    await items.remove(id);
    cache.forget(callerOf(request));
    return { message: 'Wishlist item deleted', data: { id } };
  };

  const uploadImage = async (request: Request) => {
    const [file] = (await uploads.read(request)).files;
    if (file === undefined) throw new Refusal(400, 'Send an image');
    return { message: 'Image uploaded', data: { imageUrl: file.url } };
  };

  const readList = async (request: Request) => {
    const category = queryOf(request, 'category');
    const values = category === undefined ? [] : [category];
    const load = () => list(request, category === undefined ? '' : 'AND category = $2', values);
    return { message: 'Wishlist', data: { items: await cache.read(callerOf(request), request, load) } };
  };

  const search = async (request: Request) => {
    const matches = await list(request, 'AND (title ILIKE $2 OR description ILIKE $2)', [
      pattern(searchTextOf(request) ?? ''),
    ]);
    return { message: 'Wishlist search', data: { items: matches } };
  };

  return Router()
    .use(requireCaller(401))
    .get('/', answer(readList))
    .get('/search', answer(search))
    .use('/reorder', reorders({ db, items, forget: cache.forget }))
    .post('/upload-image', answer(uploadImage))
    .delete(
      '/image',
      answer(() => Promise.resolve({ message: 'Image deleted', data: { deleted: true } })),
    )
    .post('/', answer(add))
    .put('/:id', answer(change))
    .patch('/:id', answer(change))
    .delete('/:id', answer(remove));
};
