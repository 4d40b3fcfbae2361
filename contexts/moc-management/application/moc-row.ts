import type { Description, SetDetails } from '../domain/description.ts';
import type { AttachedFile, MocEvent } from '../domain/moc-events.ts';
import { isGalleryLinkEvent } from '../domain/gallery-link-events.ts';
import { evolveLinks, type GalleryLink } from '../domain/gallery-links.ts';
import { evolveLists, totalPieces, type PartsList } from '../domain/parts-lists.ts';

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
  readonly status: 'draft' | 'published';
  readonly total_pieces: number;
  readonly parts_lists: readonly PartsList[];
  readonly files: readonly AttachedFile[];
  readonly gallery_links: readonly GalleryLink[];
  readonly created_at: string;
  readonly published_at: string | null;
};

type DescribedColumns = 'description' | 'theme' | 'tags' | 'type' | 'subtheme' | 'author' | 'set_details';

const describe = ({
  description,
  theme,
  tags,
  subtheme,
  author,
  set,
}: Description): Pick<MocRow, DescribedColumns> => ({
  ...{ description, theme, tags, subtheme: subtheme ?? '', author: author ?? '' },
  ...{ type: set === undefined ? 'moc' : 'set', set_details: set ?? null },
});

/** The MOC after one more event; `undefined` once it is deleted. */
export const evolveRow = (row: MocRow | undefined, event: MocEvent): MocRow | undefined => {
  if (event.type === 'MocDrafted') {
    const { owner, title, draftedAt: created_at } = event.data;
    return {
      ...{ owner, title, created_at },
      ...describe(event.data),
      status: 'draft',
      total_pieces: 0,
      parts_lists: [],
      files: [],
      gallery_links: [],
      published_at: null,
    };
  }
  if (row === undefined) return undefined;
  if (isGalleryLinkEvent(event)) return { ...row, gallery_links: evolveLinks(row.gallery_links, event) };
  switch (event.type) {
    case 'MocRetitled':
      return { ...row, title: event.data.title };
    case 'MocDescribed':
      return { ...row, ...describe(event.data) };
    case 'FileAttached':
      return { ...row, files: [...row.files, event.data.file] };
    case 'FileDetached':
      return { ...row, files: row.files.filter(({ fileId }) => fileId !== event.data.fileId) };
    case 'MocPublished':
      return { ...row, status: 'published', published_at: event.data.publishedAt };
    case 'MocDeleted':
      return undefined;
    default: {
      const parts_lists = evolveLists(row.parts_lists, event);
      return { ...row, parts_lists, total_pieces: totalPieces(parts_lists) };
    }
  }
};
