import {
  mocPayload,
  MOC_MANAGEMENT_EVENTS,
  type MocPayload,
} from '@lego-moc/moc-management/contracts/integration-events';
import { indexDesign, type IndexDesign } from '@lego-moc/read-models/opensearch/index-body';
import type { IntegrationProjection } from '@lego-moc/read-models/projection';
import {
  WISHLIST_EVENTS,
  wishlistPayload,
  type WishlistPayload,
} from '@lego-moc/wishlist/contracts/integration-events';
import {
  DOCUMENT_COLUMNS,
  mocDocument,
  wishDocument,
  type Document,
  type DocumentWithText,
} from '../../application/documents.ts';

/** A document with what OpenSearch finds it by. */
export type DocumentRow = Document & {
  /** Its tags and theme. */
  readonly labels: readonly string[];
  /** Its description. */
  readonly body: string;
};

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
    ...{ total_pieces: INTEGER, year: INTEGER, has_instructions: FLAG, has_parts: FLAG, created_at: { type: 'date' } },
    ...{ title: TEXT, labels: TEXT, body: TEXT },
  },
};

const SHAPE = {
  columns: { ...DOCUMENT_COLUMNS, labels: 'text[]', body: 'text' },
  indexes: [indexDesign(DESIGN)],
} as const;

const rowOf = (found: DocumentWithText | undefined): DocumentRow | undefined =>
  found === undefined
    ? undefined
    : { ...found.document, labels: [...found.document.tags, found.document.theme], body: found.text };

/** The MOCs in OpenSearch. */
export const openSearchMocs: IntegrationProjection<MocPayload, DocumentRow> = {
  ...SHAPE,
  name: 'moc-index-opensearch',
  source: { stream: MOC_MANAGEMENT_EVENTS },
  payload: mocPayload,
  row: ({ payload }) => rowOf(mocDocument(payload)),
};

/** The wishes in OpenSearch. */
export const openSearchWishes: IntegrationProjection<WishlistPayload, DocumentRow> = {
  ...SHAPE,
  name: 'wish-index-opensearch',
  source: { stream: WISHLIST_EVENTS },
  payload: wishlistPayload,
  eventTypes: ['wishlist-item.added', 'wishlist-item.updated', 'wishlist-item.deleted'],
  row: ({ payload, timestamp }) => rowOf(wishDocument(payload, timestamp)),
};

/** The read models by what they hold. */
export const NAMES = { moc: openSearchMocs.name, wish: openSearchWishes.name } as const;
