import { isDeepStrictEqual } from 'node:util';
import type { Description, SetDetails } from '../domain/description.ts';
import type {
  AttachedFile,
  FileId,
  FileWithdrawn,
  JobId,
  MocDrafted,
  MocEvent,
  VersionPublished,
  WithdrawnFile,
} from '../domain/moc-events.ts';
import { evolveFiles, isFilesEvent } from '../domain/files.ts';
import { instructionOrder } from '../domain/instruction-order.ts';
import { DEFAULT_LICENCE, type Licence } from '../domain/licence.ts';
import type { Credit } from '../domain/lineage.ts';
import { isGalleryLinkEvent } from '../domain/gallery-link-events.ts';
import { evolveLinks, type GalleryLink } from '../domain/gallery-links.ts';
import { evolveLists, totalPieces, type PartsList } from '../domain/parts-lists.ts';
import { isPublicationEvent, type PublicationEvent } from '../domain/publication.ts';
import { freeze, type Content } from '../domain/versions.ts';
import { withoutFile, withWithdrawnFile } from '../domain/withdrawn-files.ts';

/** A MOC as its owner and other users see it. */
export type MocRow = {
  readonly owner: string;
  readonly title: string;
  readonly description: string;
  readonly theme: string;
  readonly tags: readonly string[];
  readonly type: 'moc' | 'set';
  readonly subtheme: string;
  readonly author: string;
  readonly set_details: SetDetails | null;
  readonly licence: Licence;
  readonly status: 'draft' | 'published';
  readonly total_pieces: number;
  readonly parts_lists: readonly PartsList[];
  readonly files: readonly AttachedFile[];
  readonly gallery_links: readonly GalleryLink[];
  readonly created_at: string;
  readonly published_at: string | null;
  /** The number of the last published version; 0 for none. */
  readonly version: number;
  readonly version_published_at: string | null;
  /** The content that readers see; the columns above are its owner's draft. */
  readonly published: PublishedContent | null;
  /** What it was made of, the nearest first. */
  readonly lineage: readonly Credit[];
  /** Files and jobs of published versions. */
  readonly frozen_files: readonly FileId[];
  readonly frozen_jobs: readonly JobId[];
  /** The MOC that takes its place. */
  readonly successor: string | null;
  /** For its owner. */
  readonly withdrawn_files: readonly WithdrawnFile[];
};

/** The columns that a publication freezes. */
export type PublishedContent = Pick<MocRow, DescribedColumns | 'title' | 'total_pieces' | 'parts_lists' | 'files'>;

export const contentColumns = (content: Content): PublishedContent => ({
  title: content.title,
  ...describe(content),
  ...{ files: content.files, parts_lists: content.partsLists, total_pieces: totalPieces(content.partsLists) },
});

const frozenContent = (row: MocRow): PublishedContent => {
  const { title, description, theme, tags, subtheme, author, set_details: set, files, parts_lists: partsLists } = row;
  const details = {
    description,
    theme,
    tags,
    subtheme,
    author,
    licence: row.licence,
    ...(set === null ? {} : { set }),
  };
  return contentColumns(freeze({ title, ...details, files, partsLists }));
};

/** The MOC as readers see it; `undefined` for a draft. */
export const publicRow = (row: MocRow): MocRow | undefined =>
  row.published === null ? undefined : { ...row, ...row.published };

/** Whether readers see something else than the owner. */
export const hasUnpublishedChanges = (row: MocRow): boolean =>
  row.published !== null && !isDeepStrictEqual(sortContent(row.published), sortContent(frozenContent(row)));

/** Files and lists that were brought back come last, which changes nothing but the order of instructions. */
const sortContent = ({ files, parts_lists, ...rest }: PublishedContent): unknown => ({
  ...rest,
  order: instructionOrder(files),
  files: files.toSorted((some, other) => (some.fileId < other.fileId ? -1 : 1)),
  parts_lists: parts_lists.toSorted((some, other) => (some.partsListId < other.partsListId ? -1 : 1)),
});

type DescribedColumns = 'description' | 'theme' | 'tags' | 'type' | 'subtheme' | 'author' | 'set_details' | 'licence';

const describe = ({
  description,
  theme,
  tags,
  subtheme,
  author,
  licence,
  set,
}: Description): Pick<MocRow, DescribedColumns> => ({
  ...{ description, theme, tags, subtheme: subtheme ?? '', author: author ?? '' },
  ...{ type: set === undefined ? 'moc' : 'set', set_details: set ?? null, licence: licence ?? DEFAULT_LICENCE },
});

const publishVersion = (row: MocRow, { version, publishedAt }: VersionPublished['data']): MocRow => {
  const content = frozenContent(row);
  return {
    ...row,
    ...{ status: 'published', published_at: row.published_at ?? publishedAt, published: content },
    ...{ version, version_published_at: publishedAt },
    frozen_files: [...new Set([...row.frozen_files, ...content.files.map(({ fileId }) => fileId)])],
    frozen_jobs: [...new Set([...row.frozen_jobs, ...content.parts_lists.map(({ jobId }) => jobId)])],
  };
};

type Files = Pick<MocRow, 'files' | 'parts_lists' | 'total_pieces'>;

const filesWithout = ({ files, parts_lists: partsLists }: Files, fileId: FileId): Files => {
  const content = withoutFile({ files, partsLists }, fileId);
  return { files: content.files, parts_lists: content.partsLists, total_pieces: totalPieces(content.partsLists) };
};

const withdrawFile = (row: MocRow, data: FileWithdrawn['data']): MocRow => {
  const { fileId } = data.file;
  return {
    ...row,
    ...filesWithout(row, fileId),
    published: row.published && { ...row.published, ...filesWithout(row.published, fileId) },
    frozen_files: row.frozen_files.filter((id) => id !== fileId),
    withdrawn_files: withWithdrawnFile(row.withdrawn_files, data),
  };
};

const publish = (row: MocRow, event: PublicationEvent): MocRow => {
  if (event.type === 'VersionPublished') return publishVersion(row, event.data);
  return event.type === 'MocReverted' ? row : { ...row, status: 'published', published_at: event.data.publishedAt };
};

/** The MOC after one more event; `undefined` once it is deleted. */
export const evolveRow = (row: MocRow | undefined, event: MocEvent): MocRow | undefined => {
  const next = evolveDraft(row, event);
  // Published before publications were versions: readers see every change at once.
  const isLive = next?.status === 'published' && next.version === 0;
  return isLive ? { ...next, published: frozenContent(next) } : next;
};

const draftedRow = (data: MocDrafted['data']): MocRow => {
  const { owner, title, draftedAt: created_at } = data;
  return {
    ...{ owner, title, created_at },
    ...describe(data),
    lineage: data.lineage ?? [],
    status: 'draft',
    total_pieces: 0,
    parts_lists: [],
    files: [],
    gallery_links: [],
    published_at: null,
    ...{ version: 0, version_published_at: null, published: null, frozen_files: [], frozen_jobs: [] },
    ...{ successor: null, withdrawn_files: [] },
  };
};

const evolveDraft = (row: MocRow | undefined, event: MocEvent): MocRow | undefined => {
  if (event.type === 'MocDrafted') return draftedRow(event.data);
  if (row === undefined) return undefined;
  if (isPublicationEvent(event)) return publish(row, event);
  if (isFilesEvent(event)) return { ...row, files: evolveFiles(row.files, event) };
  if (isGalleryLinkEvent(event)) return { ...row, gallery_links: evolveLinks(row.gallery_links, event) };
  switch (event.type) {
    case 'MocRetitled':
      return { ...row, title: event.data.title };
    case 'MocDescribed':
      return { ...row, ...describe(event.data) };
    case 'FileWithdrawn':
      return withdrawFile(row, event.data);
    case 'SuccessorNamed':
      return { ...row, successor: event.data.successor };
    case 'MocDeleted':
      return undefined;
    default: {
      const parts_lists = evolveLists(row.parts_lists, event);
      return { ...row, parts_lists, total_pieces: totalPieces(parts_lists) };
    }
  }
};
