import type { RecordedEvent } from '@lego-moc/application/event-streams';
import { waitingSince } from '@lego-moc/kernel/moderation';
import type { Projection } from '@lego-moc/read-models/projection';
import { imageDecider, type Image, type StoredImage } from '../../domain/image.ts';
import type { ImageEvent } from '../../domain/image-events.ts';

/** An image of the gallery, and what it is looked for by. */
export type ImageRow = {
  readonly owner: string;
  readonly visibility: string;
  /** By a moderator, or until one has decided. */
  readonly hidden: boolean;
  readonly tags: readonly string[];
  /** Everything that is said of it, in lower case. */
  readonly words: string;
  readonly created_at: string;
  /** Null while no moderator has to look at it. */
  readonly waiting_since: string | null;
  readonly state: StoredImage;
};

const toRow = (image: Image): ImageRow | undefined => {
  if (image.status !== 'stored') return undefined;
  const { owner, visibility, details, uploadedAt, moderation } = image;
  const { title, description, altText, tags } = details;
  const words = [title, description, altText, ...tags].join('\n').toLowerCase();
  return {
    ...{ owner, visibility, hidden: moderation.hidden, tags, words, created_at: uploadedAt },
    ...{ waiting_since: waitingSince(moderation), state: image },
  };
};

/** Images from their upload to their deletion. */
export const galleryImages: Projection<ImageEvent, ImageRow> = {
  name: 'gallery-images',
  source: { category: 'image' },
  columns: {
    owner: 'text',
    visibility: 'text',
    hidden: 'boolean',
    tags: 'jsonb',
    words: 'text',
    created_at: 'timestamptz',
    waiting_since: 'timestamptz',
    state: 'jsonb',
  },
  indexes: [
    'create index on $table (owner, created_at desc, id desc)',
    "create index on $table (created_at desc, id desc) where visibility = 'public' and not hidden",
    'create index on $table (waiting_since, id) where waiting_since is not null',
  ],
  evolve: (row, { event }: RecordedEvent<ImageEvent>) =>
    toRow(imageDecider.evolve(row?.state ?? imageDecider.initial, event)),
};
