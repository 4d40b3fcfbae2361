import type { RecordedEvent } from '@lego-moc/application/event-streams';
import type { StoredRow } from '@lego-moc/read-models/latest-row';
import type { Projection } from '@lego-moc/read-models/projection';
import { evolveRow, type MocRow } from '../../application/moc-row.ts';
import type { MocEvent, MocId } from '../../domain/moc-events.ts';

/** The condition of the index of MOCs with a file that waits for a result, or for its owner to decide. */
export const HAS_UNREAD_LISTS = `parts_lists @? '$.**.status ? (@ == "processing" || @ == "needs-decision")'`;

/** The condition of the index of MOCs with a link to the gallery that could not be validated when it was made. */
export const HAS_UNVERIFIED_LINKS = `gallery_links @> '[{"verified": false}]'`;

/** A MOC's row with the columns that every row has. */
export type StoredMoc = StoredRow<MocRow, MocId>;

export const mocCatalogue: Projection<MocEvent, MocRow> = {
  name: 'moc-catalogue',
  source: { category: 'moc' },
  columns: {
    owner: 'text',
    title: 'text',
    description: 'text',
    theme: 'text',
    tags: 'jsonb',
    type: 'text',
    subtheme: 'text',
    author: 'text',
    set_details: 'jsonb',
    licence: 'text',
    lineage: 'jsonb',
    status: 'text',
    total_pieces: 'integer',
    parts_lists: 'jsonb',
    files: 'jsonb',
    gallery_links: 'jsonb',
    created_at: 'timestamptz',
    published_at: 'timestamptz',
    version: 'integer',
    version_published_at: 'timestamptz',
    published: 'jsonb',
    frozen_files: 'jsonb',
    frozen_jobs: 'jsonb',
    withdrawn_files: 'jsonb',
    successor: 'text',
  },
  indexes: [
    'create index on $table (owner, created_at desc, id desc)',
    "create index on $table (created_at desc, id desc) where status = 'published'",
    'create index on $table using gin (lineage jsonb_path_ops)',
    `create index on $table (updated_at, id) where ${HAS_UNREAD_LISTS}`,
    `create index on $table (updated_at, id) where ${HAS_UNVERIFIED_LINKS}`,
  ],
  evolve: (row, { event }: RecordedEvent<MocEvent>) => evolveRow(row, event),
};
