import { isRejection, reject, type Rejection } from '@lego-moc/kernel/decider';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { LivingMoc } from '../domain/moc.ts';
import type { MocId } from '../domain/moc-id.ts';
import type { Version } from '../domain/versions.ts';
import type { FeedReader, PublicComment, PublishedMoc } from './ports/feed-reader.ts';
import type { VersionReading, VersionRefusal } from './version-reading.ts';

/** What a feed lists, the newest first. Readers of feeds keep what they have seen. */
const ENTRIES_MAX = 50;

/** Longer texts are read at the MOC. */
const EXCERPT_LENGTH = 2_000;

export type FeedEntry = {
  readonly kind: 'version' | 'comment';
  /** Never changes, and belongs to this entry only: feed readers tell entries by it. */
  readonly id: string;
  /** Below the public API. */
  readonly path: string;
  readonly title: string;
  readonly text: string;
  readonly author: string | null;
  readonly publishedAt: Instant;
  readonly updatedAt: Instant;
};

export type Feed = {
  readonly id: string;
  readonly path: string;
  readonly title: string;
  readonly author: string;
  readonly entries: readonly FeedEntry[];
};

export type FeedRefusal = VersionRefusal | Rejection<'builder-not-found'>;

export type Feeds = {
  /** Publications of a published MOC, and the comments on it. */
  readonly ofMoc: (mocId: MocId) => Promise<Feed | FeedRefusal>;
  /** The published MOCs of a builder. */
  readonly ofBuilder: (builder: UserId) => Promise<Feed | FeedRefusal>;
};

const noBuilder = reject('builder-not-found', 'There is no builder of this id who has published a MOC.');

/** Whole characters: half a surrogate pair would make a document unreadable. */
const excerpt = (text: string): string => {
  const characters = Array.from(text);
  return characters.length <= EXCERPT_LENGTH ? text : `${characters.slice(0, EXCERPT_LENGTH).join('')} …`;
};

const authorOf = (owner: UserId, author: string | undefined): string => author?.trim() || owner;

const versionEntry = (mocId: MocId, owner: UserId, version: Version): FeedEntry => ({
  kind: 'version',
  id: `urn:lego-moc:moc:${mocId}:version:${String(version.version)}`,
  path: `/mocs/${mocId}/versions/${String(version.version)}`,
  title: `${version.title}, version ${String(version.version)}`,
  text: excerpt(version.description),
  author: authorOf(owner, version.author),
  publishedAt: version.publishedAt,
  updatedAt: version.publishedAt,
});

/** Without its author: copies in feed readers outlive an erasure. */
const commentEntry = (mocId: MocId, { commentId, text, writtenAt, editedAt }: PublicComment): FeedEntry => ({
  kind: 'comment',
  id: `urn:uuid:${commentId}`,
  path: `/mocs/${mocId}/comments/${commentId}`,
  title: 'Comment',
  text,
  author: null,
  publishedAt: writtenAt,
  updatedAt: editedAt ?? writtenAt,
});

const mocEntry = (builder: UserId, moc: PublishedMoc): FeedEntry => ({
  kind: 'version',
  id: `urn:uuid:${moc.mocId}`,
  path: `/mocs/${moc.mocId}`,
  title: moc.title,
  text: excerpt(moc.description),
  author: authorOf(builder, moc.author),
  publishedAt: moc.publishedAt,
  updatedAt: moc.versionPublishedAt,
});

const newestFirst = (entries: readonly FeedEntry[]): readonly FeedEntry[] =>
  entries.toSorted((some, other) => (some.updatedAt < other.updatedAt ? 1 : -1)).slice(0, ENTRIES_MAX);

/** A MOC from before there were versions shows every change at once, and has no version to list. */
const shownContent = ({ versions, title, author }: LivingMoc) => versions.at(-1) ?? { title, author };

/** Feeds of what everybody may see: published versions, never a draft, and comments that are not hidden. */
export const feedsOf = (versions: Pick<VersionReading, 'published'>, reader: FeedReader): Feeds => ({
  ofMoc: async (mocId) => {
    const moc = await versions.published(mocId);
    if (isRejection(moc)) return moc;
    const comments = await reader.comments(mocId, ENTRIES_MAX);
    const { title, author } = shownContent(moc);
    return {
      ...{ id: `urn:uuid:${mocId}`, path: `/mocs/${mocId}`, title, author: authorOf(moc.owner, author) },
      entries: newestFirst([
        ...moc.versions.map((version) => versionEntry(mocId, moc.owner, version)),
        ...comments.map((comment) => commentEntry(mocId, comment)),
      ]),
    };
  },

  ofBuilder: async (builder) => {
    const mocs = await reader.publishedBy(builder, ENTRIES_MAX);
    if (mocs.length === 0) return noBuilder;
    return {
      ...{
        id: `urn:lego-moc:builder:${encodeURIComponent(builder)}`,
        path: `/builders/${encodeURIComponent(builder)}`,
      },
      ...{ title: `MOCs of ${builder}`, author: builder },
      entries: mocs.map((moc) => mocEntry(builder, moc)),
    };
  },
});
