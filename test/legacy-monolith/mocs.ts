import { Router, type Request } from 'express';
import { z } from 'zod';
import type { Queries } from '@lego-moc/postgres/database';
import { callerOf, idIn, ownRow, requireCaller } from './caller.ts';
import { answer, Refusal } from './envelope.ts';
import { listCache, pageOf, pattern, queryOf, searchTextOf } from './paging.ts';
import { tableOf, type Columns, type Row } from './table.ts';
import type { Form, UploadedFile } from './uploads.ts';
import { parseBody, type Fields } from './validation.ts';
import type { AreaOptions } from './wishlist.ts';

const text = z.string().nullish();
const count = z.coerce.number().int().nullish();
const moc = z.object({
  ...{ title: z.string().min(1), description: text, type: z.enum(['moc', 'set']).default('moc') },
  ...{ author: text, partsCount: count, theme: text, subtheme: text, uploadedDate: z.coerce.date().nullish() },
  ...{ brand: text, setNumber: text, releaseYear: count, retired: z.coerce.boolean().nullish() },
  tags: z.preprocess((value) => (typeof value === 'string' ? value.split(',') : value), z.array(z.string()).nullish()),
  totalPieceCount: count,
});

const columnsOf = (body: Fields<z.infer<typeof moc>>): Columns => ({
  ...{ title: body.title, description: body.description, type: body.type, author: body.author },
  ...{ parts_count: body.partsCount, theme: body.theme, subtheme: body.subtheme },
  uploaded_date: body.uploadedDate?.toISOString().replace('Z', ''),
  ...{ brand: body.brand, set_number: body.setNumber, release_year: body.releaseYear, retired: body.retired },
  ...{ tags: body.tags, total_piece_count: body.totalPieceCount },
});

const FILE_TYPES: Readonly<Record<string, string>> = {
  instructionsFile: 'instruction',
  partsLists: 'parts-list',
  thumbnail: 'thumbnail',
  images: 'gallery-image',
};

const fileColumns = (mocId: string, file: UploadedFile): Columns => ({
  ...{ moc_id: mocId, file_type: FILE_TYPES[file.field] ?? 'instruction', file_url: file.url },
  ...{ original_filename: file.name, mime_type: file.type },
});

const storeFiles = async (db: Queries, mocId: string, { files }: Form): Promise<readonly Row[]> => {
  const rows: Row[] = [];
  for (const file of files) {
    const row = await tableOf(db, 'moc_files').insert(fileColumns(mocId, file));
    rows.push(row);
    if (row['fileType'] === 'parts-list')
      await tableOf(db, 'moc_parts_lists').insert({ moc_id: mocId, file_id: row.id, title: file.name });
    if (row['fileType'] === 'thumbnail')
      await tableOf(db, 'moc_instructions').update(mocId, { thumbnail_url: file.url }, 'updated_at');
  }
  return rows;
};

/** `/api/mocs`. */
export const mocRoutes = ({ db, uploads, cacheMs }: AreaOptions): Router => {
  const mocs = tableOf(db, 'moc_instructions');
  const files = tableOf(db, 'moc_files');
  const links = tableOf(db, 'moc_gallery_images');
  const cache = listCache(cacheMs);

  const add = async (request: Request) => {
    const columns = columnsOf(parseBody(moc, request.body));
    const row = await mocs.insert({ ...columns, user_id: callerOf(request) });
    cache.forget(callerOf(request));
    return { message: 'MOC created', data: row };
  };

  const addWithFiles = async (request: Request) => {
    const form = await uploads.read(request);
    const columns = columnsOf(parseBody(moc, form.fields));
    const data = await db.tx(async (transaction) => {
      const { id } = await tableOf(transaction, 'moc_instructions').insert({
        ...columns,
        user_id: callerOf(request),
      });
      const fileRows = await storeFiles(transaction, id, form);
      return { ...(await tableOf(transaction, 'moc_instructions').find(id)), files: fileRows };
    });
    cache.forget(callerOf(request));
    return { message: 'MOC created', data };
  };

  const list = async (request: Request) => {
    const values: unknown[] = [callerOf(request)];
    let where = 'WHERE user_id = $1';
    const search = searchTextOf(request);
    const tag = queryOf(request, 'tag');
    if (search !== undefined) {
      values.push(pattern(search));
      where += ` AND (title ILIKE $${String(values.length)} OR description ILIKE $${String(values.length)})`;
    }
    if (tag !== undefined) {
      values.push(tag);
      where += ` AND tags ? $${String(values.length)}`;
    }
    const load = () => pageOf(request, mocs, { where, values, by: 'created_at DESC, id' });
    return { message: 'MOCs', data: await cache.read(callerOf(request), request, load) };
  };

  const read = async (request: Request) => {
    const row = await ownRow(request, mocs);
    const ofMoc = (name: string) => tableOf(db, name).select('WHERE moc_id = $1 ORDER BY id', [row.id]);
    return {
      message: 'MOC',
      data: { ...row, files: await ofMoc('moc_files'), partsLists: await ofMoc('moc_parts_lists') },
    };
  };

  const change = async (request: Request) => {
    const { id } = await ownRow(request, mocs);
    const body = parseBody(moc.partial(), request.body);
    // A default is for new MOCs.
    const type = (request.body as { type?: 'moc' | 'set' }).type;
    const row = await mocs.update(id, columnsOf({ ...body, type }), 'updated_at');
    cache.forget(callerOf(request));
    return { message: 'MOC updated', data: row };
  };

  const remove = async (request: Request) => {
    const { id } = await ownRow(request, mocs);
    await mocs.remove(id);
    cache.forget(callerOf(request));
    return { message: 'MOC deleted', data: { id } };
  };

  const addFiles = async (request: Request) => {
    const { id } = await ownRow(request, mocs);
    const form = await uploads.read(request);
    if (form.files.length === 0) throw new Refusal(400, 'Send a file');
    const fileRows = await db.tx((transaction) => storeFiles(transaction, id, form));
    return { message: 'Files added', data: { items: fileRows } };
  };

  const removeFile = async (request: Request) => {
    const { id } = await ownRow(request, mocs);
    const file = await files.find(idIn(request, 'fileId'));
    if (file?.['mocId'] !== id) throw new Refusal(404, 'File not found');
    await files.remove(file.id);
    return { message: 'File deleted', data: { id: file.id } };
  };

  const linkedImages = async (request: Request) => {
    const { id } = await ownRow(request, mocs);
    return { message: 'Gallery images', data: { items: await links.select('WHERE moc_id = $1 ORDER BY id', [id]) } };
  };

  const link = async (request: Request) => {
    const { id } = await ownRow(request, mocs);
    const { galleryImageId } = parseBody(z.object({ galleryImageId: z.uuid() }), request.body);
    if ((await tableOf(db, 'gallery_images').find(galleryImageId)) === undefined)
      throw new Refusal(404, 'Image not found');
    return { message: 'Image linked', data: await links.insert({ moc_id: id, gallery_image_id: galleryImageId }) };
  };

  const unlink = async (request: Request) => {
    const { id } = await ownRow(request, mocs);
    const imageId = idIn(request, 'galleryImageId');
    const { rowCount } = await db.result('DELETE FROM moc_gallery_images WHERE moc_id = $1 AND gallery_image_id = $2', [
      id,
      imageId,
    ]);
    if (rowCount === 0) throw new Refusal(404, 'Image is not linked');
    return { message: 'Image unlinked', data: { id: imageId } };
  };

  return Router()
    .use(requireCaller(403))
    .get(['/', '/search'], answer(list))
    .post('/', answer(add))
    .post('/with-files', answer(addWithFiles))
    .get('/:id', answer(read))
    .patch('/:id', answer(change))
    .delete('/:id', answer(remove))
    .post('/:id/files', answer(addFiles))
    .delete('/:id/files/:fileId', answer(removeFile))
    .get('/:id/gallery-images', answer(linkedImages))
    .post('/:id/gallery-images', answer(link))
    .delete('/:id/gallery-images/:galleryImageId', answer(unlink));
};
