import type { Recorded } from '@lego-moc/application/event-streams';
import type { Projection } from '@lego-moc/read-models/projection';
import { evolveRow, type MocRow } from '../../application/moc-row.ts';
import type { MocEvent } from '../../domain/moc-events.ts';

export const mocCatalogue: Projection<MocEvent, MocRow> = {
  name: 'moc-catalogue',
  source: { category: 'moc' },
  columns: {
    owner: 'text',
    title: 'text',
    description: 'text',
    theme: 'text',
    tags: 'jsonb',
    status: 'text',
    total_pieces: 'integer',
    parts_lists: 'jsonb',
    files: 'jsonb',
    created_at: 'timestamptz',
    published_at: 'timestamptz',
  },
  indexes: [
    'create index on $table (owner, created_at desc, id desc)',
    "create index on $table (created_at desc, id desc) where status = 'published'",
    `create index on $table (updated_at) where parts_lists @> '[{"status": "processing"}]'`,
  ],
  evolve: (row, { event }: Recorded<MocEvent>) => evolveRow(row, event),
};
