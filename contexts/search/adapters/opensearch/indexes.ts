import { indexDesign, type IndexDesign } from '@lego-moc/read-models/opensearch/index-body';
import { DOCUMENT_COLUMNS } from '../../application/documents.ts';
import type { DocumentType } from '../../contracts/http-api.ts';
import { documentProjections, PROJECTION_OF } from '../../document-sources.ts';

/** A text as it is, and by the stems of its English words. */
const TEXT = { type: 'text', analyzer: 'folded', fields: { stem: { type: 'text', analyzer: 'stemmed' } } } as const;
const KEYWORD = { type: 'keyword' } as const;
const INTEGER = { type: 'integer' } as const;
const FLAG = { type: 'boolean' } as const;

/** Needs the plugin analysis-icu. Words end where letters and digits do, as everywhere in search. */
const DESIGN: IndexDesign = {
  settings: {
    analysis: {
      char_filter: { letters: { type: 'pattern_replace', pattern: '[^\\p{L}\\p{N}\\p{M}]+', replacement: ' ' } },
      filter: { english: { type: 'stemmer', language: 'english' } },
      analyzer: {
        folded: { type: 'custom', char_filter: ['letters'], tokenizer: 'icu_tokenizer', filter: ['icu_folding'] },
        stemmed: {
          ...{ type: 'custom', char_filter: ['letters'], tokenizer: 'icu_tokenizer' },
          filter: ['icu_folding', 'english'],
        },
      },
    },
  },
  properties: {
    ...{ type: KEYWORD, owner: KEYWORD, status: KEYWORD, theme_key: KEYWORD, tag_keys: KEYWORD },
    ...{ exact_keys: KEYWORD, short_keys: KEYWORD },
    ...{ colour_keys: KEYWORD, parts: KEYWORD },
    ...{ total_pieces: INTEGER, year: INTEGER, has_instructions: FLAG, has_parts: FLAG, created_at: { type: 'date' } },
    ...{ title: TEXT, labels: TEXT, body: TEXT },
  },
};

/** The projections in OpenSearch. A row is found by its title, its tags, theme and number (`labels`) and its description (`body`). */
export const openSearchProjections = documentProjections({
  suffix: '-opensearch',
  columns: { ...DOCUMENT_COLUMNS, labels: 'text[]', body: 'text' },
  indexes: [indexDesign(DESIGN)],
  row: ({ document, labels, text }) => ({ ...document, labels: [...labels], body: text }),
});

/** The name of the read model that holds the documents of a type. */
export const nameOf = (type: DocumentType): string => openSearchProjections[PROJECTION_OF[type]].name;
