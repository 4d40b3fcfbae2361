import {
  mocPayload,
  MOC_MANAGEMENT_EVENTS,
  type MocPayload,
} from '@lego-moc/moc-management/contracts/integration-events';
import type { IntegrationProjection } from '@lego-moc/read-models/projection';
import { mocRow, type MocRow } from './moc-document.ts';

/** The searchable MOCs, one row each; read as the view `moc_index`. */
export const mocIndex: IntegrationProjection<MocPayload, MocRow> = {
  name: 'moc-index',
  source: { stream: MOC_MANAGEMENT_EVENTS },
  payload: mocPayload,
  columns: {
    owner: 'text',
    status: 'text',
    title: 'text',
    description: 'text',
    theme: 'text',
    tags: 'text[]',
    total_pieces: 'integer',
    created_at: 'timestamptz',
    published_at: 'timestamptz',
    document: 'tsvector',
    heading: 'tsvector',
    names: 'text',
  },
  indexes: [
    'CREATE INDEX ON $table USING gin (document)',
    'CREATE INDEX ON $table USING gin (names gin_trgm_ops)',
    'CREATE INDEX ON $table (owner)',
  ],
  row: ({ payload }) => mocRow(payload),
};
