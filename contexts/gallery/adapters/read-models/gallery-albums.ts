import type { RecordedEvent } from '@lego-moc/application/event-streams';
import type { Projection } from '@lego-moc/read-models/projection';
import { albumDecider, type Album, type StandingAlbum } from '../../domain/album.ts';
import type { AlbumEvent } from '../../domain/album-events.ts';

/** An album of the gallery, and what it is looked for by. */
export type AlbumRow = {
  readonly owner: string;
  readonly visibility: string;
  /** Albums are not moderated; their images are. */
  readonly hidden: boolean;
  /** What is said of it, in lower case. */
  readonly words: string;
  readonly image_ids: readonly string[];
  readonly created_at: string;
  readonly state: StandingAlbum;
};

const toRow = (album: Album): AlbumRow | undefined => {
  if (album.status !== 'standing') return undefined;
  const { owner, visibility, title, description, imageIds: image_ids, createdAt: created_at } = album;
  return {
    owner,
    visibility,
    hidden: false,
    words: `${title}\n${description}`.toLowerCase(),
    image_ids,
    created_at,
    state: album,
  };
};

/** Albums from their creation to their deletion. */
export const galleryAlbums: Projection<AlbumEvent, AlbumRow> = {
  name: 'gallery-albums',
  source: { category: 'album' },
  columns: {
    owner: 'text',
    visibility: 'text',
    hidden: 'boolean',
    words: 'text',
    image_ids: 'jsonb',
    created_at: 'timestamptz',
    state: 'jsonb',
  },
  indexes: [
    'create index on $table (owner, created_at desc, id desc)',
    "create index on $table (created_at desc, id desc) where visibility = 'public' and not hidden",
    'create index on $table using gin (image_ids)',
  ],
  evolve: (row, { event }: RecordedEvent<AlbumEvent>) =>
    toRow(albumDecider.evolve(row?.state ?? albumDecider.initial, event)),
};
