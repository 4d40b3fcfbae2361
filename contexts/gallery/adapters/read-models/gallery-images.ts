import type { Recorded } from '@lego-moc/application/event-streams';
import type { Projection } from '@lego-moc/read-models/projection';
import { imageDecider, type Image, type StoredImage } from '../../domain/image.ts';
import type { ImageEvent } from '../../domain/image-events.ts';

/** An image of the gallery, and what it is looked for by. */
export type ImageRow = {
  readonly owner: string;
  readonly visibility: string;
  readonly tags: readonly string[];
  /** Everything that is said of it, in lower case. */
  readonly words: string;
  readonly created_at: string;
  readonly state: StoredImage;
};

const toRow = (image: Image): ImageRow | undefined => {
  if (image.status !== 'stored') return undefined;
  const { owner, visibility, details, uploadedAt } = image;
  const { title, description, altText, tags } = details;
  const words = [title, description, altText, ...tags].join('\n').toLowerCase();
  return { owner, visibility, tags, words, created_at: uploadedAt, state: image };
};

/** Images from their upload to their deletion. */
export const galleryImages: Projection<ImageEvent, ImageRow> = {
  name: 'gallery-images',
  source: { category: 'image' },
  columns: {
    owner: 'text',
    visibility: 'text',
    tags: 'jsonb',
    words: 'text',
    created_at: 'timestamptz',
    state: 'jsonb',
  },
  indexes: [
    'create index on $table (owner, created_at desc, id desc)',
    "create index on $table (created_at desc, id desc) where visibility = 'public'",
  ],
  evolve: (row, { event }: Recorded<ImageEvent>) =>
    toRow(imageDecider.evolve(row?.state ?? imageDecider.initial, event)),
};
