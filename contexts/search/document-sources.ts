import { z } from 'zod';
import type { CatalogueItem } from '@lego-moc/file-processing/contracts/catalogue-items-api';
import { GALLERY_EVENTS, galleryPayload, type GalleryPayload } from '@lego-moc/gallery/contracts/integration-events';
import {
  mocPayload,
  MOC_MANAGEMENT_EVENTS,
  type MocPayload,
} from '@lego-moc/moc-management/contracts/integration-events';
import { publicProfile } from '@lego-moc/profile/contracts/http-api';
import { PROFILE_EVENTS, profilePayload } from '@lego-moc/profile/contracts/integration-events';
import type { IntegrationEvent } from '@lego-moc/event-store/integration-events';
import type { IntegrationProjection } from '@lego-moc/read-models/projection';
import type { ReadModel, Row as ReadModelRow } from '@lego-moc/read-models/read-model-store';
import {
  WISHLIST_EVENTS,
  wishlistPayload,
  type WishlistPayload,
} from '@lego-moc/wishlist/contracts/integration-events';
import { popularityModel } from './application/popularity-model.ts';
import type { DocumentType } from './contracts/http-api.ts';
import { builderDocument, type BuilderPayload } from './application/builder-documents.ts';
import { catalogueDocument } from './application/catalogue-documents.ts';
import { galleryDocument, mocDocument, wishDocument, type DocumentWithText } from './application/documents.ts';

/** Integration events that are made into documents, in every index alike. */
type DocumentSource<Payload> = Pick<IntegrationProjection<Payload, object>, 'source' | 'payload' | 'eventTypes'> & {
  /** Of the read model in PostgreSQL, with which those in other stores begin. */
  readonly name: string;
  /** The document after the event; `undefined` when it is gone. */
  readonly document: (event: IntegrationEvent<Payload>) => DocumentWithText | undefined;
};

const mocs: DocumentSource<MocPayload> = {
  name: 'moc-index',
  source: { stream: MOC_MANAGEMENT_EVENTS },
  payload: mocPayload,
  document: ({ payload }) => mocDocument(payload),
};

const gallery: DocumentSource<GalleryPayload> = {
  name: 'gallery-index',
  source: { stream: GALLERY_EVENTS },
  payload: galleryPayload,
  document: ({ payload, timestamp }) => galleryDocument(payload, timestamp),
};

const wishes: DocumentSource<WishlistPayload> = {
  name: 'wish-index',
  source: { stream: WISHLIST_EVENTS },
  payload: wishlistPayload,
  eventTypes: ['wishlist-item.added', 'wishlist-item.updated', 'wishlist-item.deleted'],
  document: ({ payload, timestamp }) => wishDocument(payload, timestamp),
};

/** A read model of the catalogue, and the row of an item in it. It is loaded as a whole, not projected from events. */
export type CatalogueModel = ReadModel & { readonly row: (item: CatalogueItem) => ReadModelRow };

/** The source lacks its `enrich`, which reads the profiles. */
const builders: DocumentSource<BuilderPayload> = {
  name: 'builder-index',
  source: { stream: PROFILE_EVENTS },
  payload: profilePayload.and(z.object({ profile: publicProfile.nullable() })),
  document: ({ payload }) => builderDocument(payload),
};

const CATALOGUE_INDEX = 'catalogue-index';

/** The form that documents have in one kind of index. */
type IndexShape<Row extends object> = Pick<IntegrationProjection<unknown, Row>, 'columns' | 'indexes'> & {
  /** Tells the read models of this index from those of others. */
  readonly suffix: string;
  readonly row: (document: DocumentWithText) => Row;
};

/** The projections that fill an index, and the read models that are loaded as a whole, by what they hold. */
export const documentProjections = <Row extends object>({ columns, indexes, suffix, row }: IndexShape<Row>) => {
  const project = <Payload>({
    name,
    document,
    ...source
  }: DocumentSource<Payload>): IntegrationProjection<Payload, Row> => ({
    ...source,
    ...{ columns, indexes, name: `${name}${suffix}` },
    row: (event) => {
      const content = document(event);
      return content === undefined ? undefined : row(content);
    },
  });
  const catalogue: CatalogueModel = {
    ...{ columns, indexes, name: `${CATALOGUE_INDEX}${suffix}` },
    row: (item) => row(catalogueDocument(item)) as ReadModelRow,
  };
  return {
    mocs: project(mocs),
    gallery: project(gallery),
    wishes: project(wishes),
    builders: project(builders),
    catalogue,
    popularity: popularityModel(suffix),
  };
};
export type DocumentProjections<Row extends object> = ReturnType<typeof documentProjections<Row>>;

/** The projection that holds the documents of each type. */
export const PROJECTION_OF = {
  moc: 'mocs',
  image: 'gallery',
  album: 'gallery',
  wish: 'wishes',
  set: 'catalogue',
  part: 'catalogue',
  builder: 'builders',
} as const satisfies Record<DocumentType, keyof DocumentProjections<object>>;
