import { omitUndefined } from '@lego-moc/http/omit-undefined';
import type { GalleryItem } from '../../domain/gallery-link-events.ts';
import type { Licence } from '../../domain/licence.ts';
import type { ParentVersion, Relation } from '../../domain/lineage.ts';
import type { MocId } from '../../domain/moc-id.ts';
import type { Description, DescriptionChange, SetDetails } from '../../domain/description.ts';

type SetFields = {
  readonly brand?: string | undefined;
  readonly setNumber?: string | undefined;
  readonly releaseYear?: number | undefined;
  readonly retired?: boolean | undefined;
};

type NewFields = Pick<Description, 'description' | 'theme' | 'tags'> &
  SetFields & {
    readonly title: string;
    readonly type: 'moc' | 'set';
    readonly subtheme?: string | undefined;
    readonly author?: string | undefined;
    readonly licence?: Licence | undefined;
    readonly parentMocId?: string | undefined;
    readonly parentVersion?: number | undefined;
    readonly relation?: Relation | undefined;
    readonly copyFiles?: boolean | undefined;
    readonly galleryImages?: readonly string[] | undefined;
    readonly galleryAlbums?: readonly string[] | undefined;
  };

type ChangedFields = SetFields & {
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  readonly theme?: string | undefined;
  readonly tags?: string[] | undefined;
  readonly subtheme?: string | undefined;
  readonly author?: string | undefined;
  readonly licence?: Licence | undefined;
};

const setFieldsOf = ({ brand, setNumber: number, releaseYear, retired }: SetFields): Partial<SetDetails> =>
  omitUndefined({ brand, number, releaseYear, retired });

/** The title and description of a new MOC or set, from the fields of its request. */
export const descriptionOf = (fields: NewFields): { readonly title: string } & Description => {
  const { title, description, theme, tags, type, subtheme, author, licence } = fields;
  const set = { brand: '', number: '', retired: false, ...setFieldsOf(fields) };
  return {
    title,
    description,
    theme,
    tags,
    ...omitUndefined({ subtheme, author, licence }),
    ...(type === 'set' ? { set } : {}),
  };
};

/** The version that a new MOC is made of, if its request names one, and whether it gets copies of its files. */
export const parentIn = ({
  parentMocId,
  parentVersion: version,
  relation = 'fork',
  copyFiles = false,
}: NewFields): {
  readonly parent?: ParentVersion;
  readonly copyFiles?: true;
} =>
  parentMocId === undefined || version === undefined
    ? {}
    : { parent: { mocId: parentMocId as MocId, version, relation }, ...(copyFiles ? { copyFiles } : {}) };

/** What a new MOC links of the gallery, each item once. */
export const galleryItemsIn = ({
  galleryImages = [],
  galleryAlbums = [],
}: NewFields): { readonly galleryItems?: readonly GalleryItem[] } => {
  const galleryItems: readonly GalleryItem[] = [
    ...[...new Set(galleryImages)].map((itemId) => ({ kind: 'image', itemId }) as const),
    ...[...new Set(galleryAlbums)].map((itemId) => ({ kind: 'album', itemId }) as const),
  ];
  return galleryItems.length === 0 ? {} : { galleryItems };
};

/** The change that the fields of a request ask for. */
export const changeOf = (fields: ChangedFields): DescriptionChange & { readonly title?: string } => {
  const { title, description, theme, tags, subtheme, author, licence } = fields;
  const set = setFieldsOf(fields);
  return {
    ...omitUndefined({ title, description, theme, tags, subtheme, author, licence }),
    ...(Object.keys(set).length === 0 ? {} : { set }),
  };
};
