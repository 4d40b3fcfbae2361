import {
  mocPayload,
  MOC_MANAGEMENT_EVENTS,
  type MocPayload,
} from '@lego-moc/moc-management/contracts/integration-events';
import type { IntegrationProjection } from '@lego-moc/read-models/projection';
import {
  WISHLIST_EVENTS,
  wishlistPayload,
  type WishlistPayload,
} from '@lego-moc/wishlist/contracts/integration-events';
import { DOCUMENT_COLUMNS, mocDocument, wishDocument, type DocumentWithText } from '../../application/documents.ts';
import { documentRow, type DocumentRow } from './document-row.ts';

const SHAPE = {
  columns: { ...DOCUMENT_COLUMNS, document: 'tsvector', heading: 'tsvector', names: 'text' },
  indexes: [
    'CREATE INDEX ON $table USING gin (document)',
    'CREATE INDEX ON $table USING gin (names gin_trgm_ops)',
    'CREATE INDEX ON $table USING gin (tag_keys)',
    'CREATE INDEX ON $table (owner)',
    'CREATE INDEX ON $table (theme_key)',
  ],
} as const;

const rowOf = (found: DocumentWithText | undefined): DocumentRow | undefined =>
  found === undefined ? undefined : documentRow(found);

/** The MOCs, one row each; read as the view `moc_index`. */
export const mocIndex: IntegrationProjection<MocPayload, DocumentRow> = {
  ...SHAPE,
  name: 'moc-index',
  source: { stream: MOC_MANAGEMENT_EVENTS },
  payload: mocPayload,
  row: ({ payload }) => rowOf(mocDocument(payload)),
};

/** The wishes; read as the view `wish_index`. */
export const wishIndex: IntegrationProjection<WishlistPayload, DocumentRow> = {
  ...SHAPE,
  name: 'wish-index',
  source: { stream: WISHLIST_EVENTS },
  payload: wishlistPayload,
  eventTypes: ['wishlist-item.added', 'wishlist-item.updated', 'wishlist-item.deleted'],
  row: ({ payload, timestamp }) => rowOf(wishDocument(payload, timestamp)),
};
