import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database, Queries } from '@lego-moc/postgres/database';

export type MessyDataOptions = {
  /** The same seed makes the same rows. */
  readonly seed: string;
  readonly wishes: number;
  readonly images?: number;
  readonly mocs?: number;
  readonly users?: number;
  /** Ids of users that own most of the rows. */
  readonly owners?: readonly string[];
};

type Sizes = Required<Omit<MessyDataOptions, 'owners'>> & { readonly owners: readonly string[] };

/** Orders kept as text: '10' sorts before '9', some are missing, some double, some are no number. */
const WISHES = `
  INSERT INTO wishlist_items (id, user_id, title, description, product_link, image_url, category, sort_order, created_at, updated_at)
  SELECT pg_temp.id_of($1, 'wish', n), pg_temp.owner_of($1, 'wish' || n, $3, $4::text[]),
    pg_temp.pick($1 || 't' || n, array['Galaxy Explorer', 'Lion Knights’ Castle', '  Rivendell ', 'Café "Corner"', '🧱 Pirate Bay', 'x']) || ' ' || n,
    pg_temp.pick($1 || 'd' || n, array[NULL, '', 'Wanted since 2019', E'two\\nlines', '<b>bold</b>']),
    pg_temp.pick($1 || 'l' || n, array[NULL, '', 'https://example.test/sets/' || n, 'not a link', 'javascript:alert(1)']),
    pg_temp.pick($1 || 'i' || n, array[NULL, NULL, '/uploads/' || n || '.jpg']),
    pg_temp.pick($1 || 'c' || n, array[NULL, '', 'Space', 'Castle', 'castle', 'Bionicle']),
    pg_temp.pick($1 || 'o' || n, array[n::text, (n % 12)::text, '007', '', 'n/a', '1e3', '-1', '2.5']),
    pg_temp.moment($1 || 'w' || n), pg_temp.moment($1 || 'w' || n) + interval '1.000001 seconds' * (n % 1000)
  FROM generate_series(0, $2::int - 1) AS n
  ON CONFLICT DO NOTHING`;

/** Albums lead to covers that are gone, images to albums that are gone. */
const GALLERY = [
  `INSERT INTO gallery_albums (id, user_id, title, description, cover_image_id, created_at, last_updated_at)
   SELECT pg_temp.id_of($1, 'album', n), pg_temp.owner_of($1, 'album' || n, $3, $4::text[]), 'Album ' || n, NULL,
     CASE WHEN n % 3 = 0 THEN pg_temp.id_of($1, 'image', n) WHEN n % 3 = 1 THEN pg_temp.uuid_of('gone' || n) END,
     pg_temp.moment($1 || 'a' || n), pg_temp.moment($1 || 'a' || n)
   FROM generate_series(0, $2::int / 10) AS n ON CONFLICT DO NOTHING`,
  `INSERT INTO gallery_images (id, user_id, title, description, tags, image_url, thumbnail_url, album_id, flagged, created_at, last_updated_at)
   SELECT pg_temp.id_of($1, 'image', n), pg_temp.owner_of($1, 'image' || n, $3, $4::text[]), 'Image ' || n,
     pg_temp.pick($1 || 'd' || n, array[NULL, '', 'Side view']),
     CASE n % 4 WHEN 0 THEN NULL WHEN 1 THEN '[]'::jsonb WHEN 2 THEN '["castle", "castle", " Space "]' ELSE '["moc", ""]' END,
     '/uploads/' || n || '.png', CASE WHEN n % 2 = 0 THEN '/uploads/' || n || '-small.png' END,
     CASE WHEN n % 5 < 2 THEN pg_temp.id_of($1, 'album', n % greatest($2::int / 10, 1)) WHEN n % 5 = 2 THEN pg_temp.uuid_of('gone' || n) END,
     CASE WHEN n % 7 = 0 THEN NULL ELSE n % 50 = 1 END,
     pg_temp.moment($1 || 'g' || n), pg_temp.moment($1 || 'g' || n)
   FROM generate_series(0, $2::int - 1) AS n ON CONFLICT DO NOTHING`,
  `INSERT INTO gallery_flags (image_id, user_id, reason)
   SELECT pg_temp.id_of($1, 'image', n), pg_temp.user_at($1, n % $3::int, $4::text[]), pg_temp.pick($1 || n, array[NULL, '', 'spam'])
   FROM generate_series(0, $2::int - 1, 50) AS n
   WHERE EXISTS (SELECT FROM gallery_images WHERE id = pg_temp.id_of($1, 'image', n)) ON CONFLICT DO NOTHING`,
] as const;

/** Numbers of parts lists are text that somebody typed; links are there twice. */
const MOCS = [
  `INSERT INTO moc_instructions (id, user_id, title, description, type, author, parts_count, theme, subtheme, uploaded_date,
     brand, set_number, release_year, retired, tags, thumbnail_url, total_piece_count, created_at, updated_at)
   SELECT pg_temp.id_of($1, 'moc', n), pg_temp.owner_of($1, 'moc' || n, $3, $4::text[]), 'MOC ' || n,
     pg_temp.pick($1 || 'd' || n, array[NULL, '', 'Alternate build']), pg_temp.pick($1 || 'y' || n, '{moc,moc,moc,set,Moc}'),
     pg_temp.pick($1 || 'u' || n, array[NULL, 'Ada']), CASE WHEN n % 4 > 0 THEN n % 3000 END,
     pg_temp.pick($1 || 'h' || n, array[NULL, 'Castle', 'castle ', 'Space']), NULL,
     CASE WHEN n % 2 = 0 THEN pg_temp.moment($1 || 'p' || n) END,
     CASE WHEN n % 5 = 0 THEN 'LEGO' END, CASE WHEN n % 5 = 0 THEN (10000 + n) || '-1' WHEN n % 5 = 1 THEN '10255-1' END,
     CASE WHEN n % 5 = 0 THEN 1990 + n % 40 END, CASE WHEN n % 5 = 0 THEN n % 2 = 0 END,
     CASE n % 3 WHEN 0 THEN NULL WHEN 1 THEN '["castle"]'::jsonb ELSE '["castle", "Castle", "castle"]' END,
     NULL, CASE WHEN n % 6 = 0 THEN -1 WHEN n % 6 < 4 THEN n % 4000 END,
     pg_temp.moment($1 || 'm' || n), pg_temp.moment($1 || 'm' || n)
   FROM generate_series(0, $2::int - 1) AS n ON CONFLICT DO NOTHING`,
  `INSERT INTO moc_files (id, moc_id, file_type, file_url, original_filename, mime_type)
   SELECT pg_temp.uuid_of($1 || 'file' || m.id || k), m.id, pg_temp.pick($1 || m.id || k, '{instruction,parts-list,thumbnail,gallery-image,other}'),
     '/uploads/' || md5(m.id::text || k), CASE WHEN k < 2 THEN 'file ' || k || '.pdf' END, pg_temp.pick(m.id::text || k, array[NULL, 'application/pdf', 'text/csv'])
   FROM moc_instructions m, generate_series(0, 2) AS k ON CONFLICT DO NOTHING`,
  `INSERT INTO moc_parts_lists (id, moc_id, file_id, title, built, purchased, inventory_percentage, total_parts_count,
     acquired_parts_count, cost_estimate, actual_cost, notes)
   SELECT pg_temp.uuid_of($1 || 'list' || f.id), f.moc_id, CASE WHEN pg_temp.chance('f' || f.id) < 0.9 THEN f.id END, 'Parts',
     pg_temp.chance('b' || f.id) < 0.3, CASE WHEN pg_temp.chance('p' || f.id) < 0.5 THEN true END,
     pg_temp.pick('v' || f.id, array['0.00', '12.5', '100', 'n/a', '', '101', '50%']), pg_temp.pick('c' || f.id, array[NULL, '', '1,234', '1234', 'n/a']),
     pg_temp.pick('q' || f.id, array['0', '12', '1,000', NULL]), pg_temp.pick('e' || f.id, array[NULL, '', '12.50 USD', '€ 99,90', '100']),
     pg_temp.pick('k' || f.id, array[NULL, '0', '12.5']), NULL
   FROM moc_files f WHERE f.file_type = 'parts-list' ON CONFLICT DO NOTHING`,
  `INSERT INTO moc_gallery_images (moc_id, gallery_image_id)
   SELECT m.id, i.id FROM moc_instructions m
   JOIN LATERAL (SELECT id FROM gallery_images WHERE user_id = m.user_id ORDER BY id LIMIT 2) i ON true, generate_series(0, 1)`,
  `INSERT INTO moc_gallery_albums (moc_id, gallery_album_id)
   SELECT m.id, a.id FROM moc_instructions m
   JOIN LATERAL (SELECT id FROM gallery_albums WHERE user_id = m.user_id ORDER BY id LIMIT 1) a ON true`,
] as const;

const fill = async (
  transaction: Queries,
  statements: readonly string[],
  rows: number,
  { seed, users, owners }: Sizes,
): Promise<void> => {
  if (rows === 0) return;
  for (const statement of statements) await transaction.result(statement, [seed, rows, users, owners]);
};

/** Fills the monolith's tables with what years of use and of bugs leave there. */
export const fillWithMessyData = async (db: Database, options: MessyDataOptions): Promise<void> => {
  const sizes: Sizes = { images: 0, mocs: 0, users: 100, owners: [], ...options };
  const functions = await readFile(join(import.meta.dirname, 'messy-data.sql'), 'utf8');
  await db.withoutTimeouts.tx(async (transaction) => {
    await transaction.none(functions);
    await fill(transaction, [WISHES], sizes.wishes, sizes);
    await fill(transaction, GALLERY, sizes.images, sizes);
    await fill(transaction, MOCS, sizes.mocs, sizes);
  });
};
