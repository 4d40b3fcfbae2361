import { DOCUMENT_COLUMNS } from '../../application/documents.ts';
import { documentProjections } from '../../application/document-sources.ts';
import { documentRow } from './document-row.ts';

/** The projections in PostgreSQL: one row a document, read as the views `moc_index` and `wish_index`. */
export const postgresProjections = documentProjections({
  suffix: '',
  columns: { ...DOCUMENT_COLUMNS, document: 'tsvector', heading: 'tsvector', names: 'text' },
  indexes: [
    'CREATE INDEX ON $table USING gin (document)',
    'CREATE INDEX ON $table USING gin (names gin_trgm_ops)',
    'CREATE INDEX ON $table USING gin (tag_keys)',
    'CREATE INDEX ON $table (owner)',
    'CREATE INDEX ON $table (theme_key)',
  ],
  row: documentRow,
});
