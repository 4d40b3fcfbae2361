import { DOCUMENT_COLUMNS } from '../../application/documents.ts';
import type { DocumentType } from '../../contracts/http-api.ts';
import { documentProjections, PROJECTION_OF } from '../../document-sources.ts';
import { documentRow } from './document-row.ts';

/** The projections in PostgreSQL: one row a document, read as the view of the same name with underscores. */
export const postgresProjections = documentProjections({
  suffix: '',
  columns: { ...DOCUMENT_COLUMNS, document: 'tsvector', heading: 'tsvector', names: 'text' },
  indexes: [
    'CREATE INDEX ON $table USING gin (document)',
    'CREATE INDEX ON $table USING gin (names gin_trgm_ops)',
    'CREATE INDEX ON $table USING gin (tag_keys)',
    'CREATE INDEX ON $table USING gin (colour_keys)',
    'CREATE INDEX ON $table USING gin (parts)',
    'CREATE INDEX ON $table (owner)',
    'CREATE INDEX ON $table (theme_key)',
  ],
  row: documentRow,
});

/** The view that has the tiers of popularity. */
export const popularityView = postgresProjections.popularity.name.replaceAll('-', '_');

/** The view that has the documents of a type. */
export const viewOf = (type: DocumentType): string =>
  postgresProjections[PROJECTION_OF[type]].name.replaceAll('-', '_');

const COLUMNS = ['id', 'revision', 'updated_at', ...Object.keys(postgresProjections.mocs.columns)].join(', ');

/** The rows of these types, as a table expression. */
export const rowsOf = (types: readonly DocumentType[]): string => {
  const views = Map.groupBy(types, viewOf);
  const selects = [...views].map(
    ([view, some]) => `SELECT ${COLUMNS} FROM ${view} WHERE type IN (${some.map((type) => `'${type}'`).join(', ')})`,
  );
  return `(${selects.join(' UNION ALL ')}) AS documents`;
};
