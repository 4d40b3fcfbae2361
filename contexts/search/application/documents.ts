import type { GalleryPayload } from '@lego-moc/gallery/contracts/integration-events';
import type { MocPayload } from '@lego-moc/moc-management/contracts/integration-events';
import type { PublicProfile } from '@lego-moc/profile/contracts/http-api';
import type { WishlistPayload } from '@lego-moc/wishlist/contracts/integration-events';
import type { DocumentType, FoundDocument } from '../contracts/http-api.ts';
import { unreachable } from '@lego-moc/kernel/decider';
import { keyOf } from '../domain/words.ts';
import { catalogueNumberIn } from './catalogue-ids.ts';

/** The fields of a document in every index: a column each. */
export type Document = {
  readonly type: DocumentType;
  readonly owner: string;
  /** Only what is `published` is found by others. */
  readonly status: 'draft' | 'published' | 'private';
  readonly title: string;
  /** Its beginning, to show. */
  readonly description: string;
  readonly theme: string;
  readonly theme_key: string;
  readonly tags: readonly string[];
  readonly tag_keys: readonly string[];
  /** Whoever searches for one of these alone means this document. */
  readonly exact_keys: readonly string[];
  /** The same, unless another document has it in full: set 10255-1 is 10255 where no part has that number. */
  readonly short_keys: readonly string[];
  /** Names of the colours of most pieces, as they are compared. */
  readonly colour_keys: readonly string[];
  /** A sample of its part numbers, the most telling first: MOCs that share parts share them in their samples, too. */
  readonly parts: readonly string[];
  readonly total_pieces: number;
  readonly year: number;
  readonly has_instructions: boolean;
  readonly has_parts: boolean;
  readonly created_at: string;
  readonly published_at: string | null;
  /** Of a builder: paths by size. */
  readonly avatar: PublicProfile['avatar'];
};

/** A document, and what it is found by besides its title: labels, which count as much as tags do, and a description. */
export type DocumentWithText = {
  readonly document: Document;
  readonly labels: readonly string[];
  readonly text: string;
};

export const DOCUMENT_COLUMNS = {
  type: 'text',
  owner: 'text',
  status: 'text',
  title: 'text',
  description: 'text',
  theme: 'text',
  theme_key: 'text',
  tags: 'text[]',
  tag_keys: 'text[]',
  exact_keys: 'text[]',
  short_keys: 'text[]',
  colour_keys: 'text[]',
  parts: 'text[]',
  total_pieces: 'integer',
  year: 'integer',
  has_instructions: 'boolean',
  has_parts: 'boolean',
  created_at: 'timestamptz',
  published_at: 'timestamptz',
  avatar: 'json',
} as const;

/** Search results show the beginning of a description. */
export const DESCRIPTION_LENGTH_MAX = 300;

/** Bounds what is found by: a novel of 100,000 words has 10,000 different ones. */
const TEXT_LENGTH_MAX = 30_000;

/** Removes what no index can store: NUL characters and lone surrogates. */
export const toStorable = (text: string): string => text.toWellFormed().replaceAll('\0', '');

export const yearOf = (instant: string): number => Number(instant.slice(0, 4));

/** What documents other than MOCs have none of. */
export const BARE = {
  ...{ theme: '', theme_key: '', tags: [], tag_keys: [], exact_keys: [], short_keys: [] },
  ...{ colour_keys: [], parts: [], total_pieces: 0 },
  ...{ has_instructions: false, has_parts: false, published_at: null, avatar: null },
} as const;

export const withText = (document: Document, description: string): DocumentWithText => ({
  document,
  labels: [...document.tags, document.theme],
  text: toStorable(description.slice(0, TEXT_LENGTH_MAX)),
});

/** A MOC as its newest event describes it; none once it is deleted. */
export const mocDocument = (moc: MocPayload): DocumentWithText | undefined => {
  if (moc.status === 'deleted') return undefined;
  const tags = moc.tags.map(toStorable);
  const document: Document = {
    type: 'moc',
    owner: moc.owner,
    status: moc.status,
    title: toStorable(moc.title),
    description: toStorable(moc.description.slice(0, DESCRIPTION_LENGTH_MAX)),
    theme: toStorable(moc.theme),
    theme_key: keyOf(moc.theme),
    tags,
    tag_keys: [...new Set(tags.map(keyOf))],
    exact_keys: [],
    short_keys: [],
    colour_keys: [...new Set((moc.colours ?? []).map(({ name }) => keyOf(name)))],
    parts: moc.parts ?? [],
    total_pieces: moc.totalPieces,
    year: yearOf(moc.publishedAt ?? moc.createdAt),
    has_instructions: moc.files.some(({ kind }) => kind === 'instruction'),
    has_parts: moc.partsLists.some(({ status }) => status === 'counted'),
    created_at: moc.createdAt,
    published_at: moc.publishedAt,
    avatar: null,
  };
  return withText(document, moc.description);
};

/** A wish as its newest event, of `changedAt`, describes it; its category is its theme. None once it is deleted. */
export const wishDocument = (wish: WishlistPayload, changedAt: string): DocumentWithText | undefined => {
  if (wish.status !== 'wished') return undefined;
  const document: Document = {
    ...BARE,
    type: 'wish',
    owner: wish.owner,
    status: 'private',
    title: toStorable(wish.title),
    description: toStorable(wish.description.slice(0, DESCRIPTION_LENGTH_MAX)),
    theme: toStorable(wish.category),
    theme_key: keyOf(wish.category),
    year: yearOf(changedAt),
    created_at: changedAt,
  };
  return withText(document, wish.description);
};

type GalleryItem = Exclude<GalleryPayload, { status: 'deleted' }>;

/** Only what is public and not hidden is found by others: whoever has the link of the rest need not search for it. */
const isPublic = (item: GalleryItem): boolean =>
  item.visibility === 'public' && (item.kind === 'album' || !item.hidden);

/**
 * An image or album as its newest event, of `changedAt`, describes it. None once it is deleted, and none of events
 * without texts, which earlier releases published.
 */
export const galleryDocument = (item: GalleryPayload, changedAt: string): DocumentWithText | undefined => {
  if (item.status === 'deleted' || item.texts === undefined) return undefined;
  const { title, description } = item.texts;
  const createdAt = item.kind === 'image' ? item.uploadedAt : (item.createdAt ?? changedAt);
  const tags = item.kind === 'image' ? item.texts.tags.map(toStorable) : [];
  const document: Document = {
    ...BARE,
    type: item.kind,
    owner: item.owner,
    status: isPublic(item) ? 'published' : 'private',
    title: toStorable(title),
    description: toStorable(description.slice(0, DESCRIPTION_LENGTH_MAX)),
    tags,
    tag_keys: [...new Set(tags.map(keyOf))],
    year: yearOf(createdAt),
    created_at: createdAt,
  };
  return withText(document, description);
};

/** The document as it is shown. */
export const toFound = (id: string, row: Document): FoundDocument => {
  const { owner, title, description, theme, created_at: createdAt } = row;
  const [texts, tags] = [{ owner, title, description }, [...row.tags]];
  const isPublished = row.status === 'published';
  switch (row.type) {
    case 'moc':
      return {
        ...{ type: 'moc', mocId: id, ...texts, theme, tags, status: isPublished ? 'published' : 'draft' },
        ...{ totalPieces: row.total_pieces, createdAt, publishedAt: row.published_at },
      };
    case 'image':
      return { type: 'image', imageId: id, ...texts, tags, isPublic: isPublished, createdAt };
    case 'album':
      return { type: 'album', albumId: id, ...texts, isPublic: isPublished, createdAt };
    case 'wish':
      return { type: 'wish', itemId: id, ...texts, category: theme, changedAt: createdAt };
    case 'set':
      return {
        ...{ type: 'set', setNumber: catalogueNumberIn(id), title, theme, subthemes: tags },
        ...{ year: row.year === 0 ? null : row.year, pieces: row.total_pieces === 0 ? null : row.total_pieces },
      };
    case 'part':
      return { type: 'part', partNumber: catalogueNumberIn(id), title, category: theme };
    case 'builder':
      return { type: 'builder', userId: id, title, description, avatar: row.avatar, createdAt };
    default:
      return unreachable(row.type);
  }
};
