import type { UserId } from '@lego-moc/kernel/message';
import type { Queries } from '@lego-moc/postgres/database';
import type { GalleryReader, PlainItem } from '../../application/ports/gallery-reader.ts';
import type { GalleryItem, GalleryQuery } from '../../contracts/http-api.ts';
import type { StandingAlbum } from '../../domain/album.ts';
import type { AlbumId } from '../../domain/album-events.ts';
import type { ImageId } from '../../domain/image-events.ts';
import type { StoredImage } from '../../domain/image.ts';
import { cursorAt, placeOf } from './page-cursor.ts';
import { albumReplyOf, imageReplyOf } from '../../application/replies.ts';

type Kind = GalleryItem['kind'];
type FoundRow = { readonly id: string; readonly revision: bigint; readonly created_at: string } & (
  { readonly kind: 'image'; readonly state: StoredImage } | { readonly kind: 'album'; readonly state: StandingAlbum }
);

const TABLES: Readonly<Record<Kind, string>> = { image: 'gallery_images', album: 'gallery_albums' };

/** How many missing images one look returns. */
const MISSING_MAX = 500;

const escapeLike = (text: string): string => text.replace(/[\\%_]/g, String.raw`\$&`);

const conditionsFor = (query: GalleryQuery): readonly string[] => [
  query.scope === 'own' ? 'owner = $<reader>' : "visibility = 'public' and not hidden",
  ...(query.visibility === undefined ? [] : ['visibility = $<visibility>']),
  ...(query.tag === undefined ? [] : ['tags ? $<tag>']),
  ...(query.q === undefined ? [] : ['words like $<like>']),
  ...(query.cursor === undefined ? [] : ['(created_at, id) < ($<createdAt>::timestamptz, $<id>)']),
];

/** The first items of one kind; an index leads to them. */
const selectOf = (kind: Kind, conditions: readonly string[]): string =>
  `(select '${kind}' as kind, id, revision, created_at, state from ${TABLES[kind]}
    where ${conditions.join(' and ')} order by created_at desc, id desc limit $<limit> + 1)`;

const itemOf = (row: FoundRow, reader: UserId): PlainItem =>
  row.kind === 'image'
    ? { kind: 'image', image: imageReplyOf(row.id, row.revision, row.state, reader) }
    : { kind: 'album', album: albumReplyOf(row.id, row.revision, row.state) };

/** Reads the gallery from the read models. */
export const galleryReader = (db: Pick<Queries, 'any'>): GalleryReader => ({
  page: async (reader: UserId, query, kinds) => {
    const place = query.cursor === undefined ? {} : placeOf(query.cursor);
    const like = `%${escapeLike((query.q ?? '').toLowerCase())}%`;
    // Albums have no tags.
    const kindsToRead = query.tag === undefined ? kinds : kinds.filter((kind) => kind === 'image');
    if (kindsToRead.length === 0) return { items: [], nextCursor: null };
    const selects = kindsToRead.map((kind) => selectOf(kind, conditionsFor(query)));
    const rows = await db.any<FoundRow>(
      `select * from (${selects.join(' union all ')}) items order by created_at desc, id desc limit $<limit> + 1`,
      { ...query, ...place, reader, like },
    );
    const page = rows.slice(0, query.limit);
    const last = rows.length > query.limit ? page.at(-1) : undefined;
    return {
      items: page.map((row) => itemOf(row, reader)),
      nextCursor: last === undefined ? null : cursorAt({ createdAt: last.created_at, id: last.id }),
    };
  },

  missingImages: () =>
    db.any<{ albumId: AlbumId; imageId: ImageId }>(
      `select albums.id as "albumId", held.id as "imageId"
       from gallery_albums albums cross join lateral jsonb_array_elements_text(albums.image_ids) as held(id)
       where not exists (select from gallery_images images where images.id = held.id)
       limit ${String(MISSING_MAX)}`,
    ),

  albumsWith: async (imageId) => {
    const rows = await db.any<{ id: AlbumId }>('select id from gallery_albums where image_ids ? $1', [imageId]);
    return rows.map(({ id }) => id);
  },
});
