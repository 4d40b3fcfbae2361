import { newId } from '@lego-moc/application/new-id';
import type { Instant } from '@lego-moc/kernel/message';
import type { CatalogueItem } from '@lego-moc/file-processing/contracts/catalogue-items-api';
import type { GalleryPayload } from '@lego-moc/gallery/contracts/integration-events';
import type { InterestCountsReply } from '@lego-moc/moc-management/contracts/interests-api';
import type { MocPayload } from '@lego-moc/moc-management/contracts/integration-events';
import { applyEvent, integrationDefinition, type Definition } from '@lego-moc/read-models/definition';
import type { ReadModelStore } from '@lego-moc/read-models/read-model-store';
import type { WishlistPayload } from '@lego-moc/wishlist/contracts/integration-events';
import type { BuilderPayload } from '../application/builder-documents.ts';
import { loadCatalogue } from '../adapters/read-models/load-catalogue.ts';
import { loadPopularity } from '../adapters/read-models/load-popularity.ts';
import type { DocumentProjections } from '../document-sources.ts';
import type { SearchIndex } from '../application/ports/search-index.ts';

/** An index, and ways to feed it as integration events do; what was learnt is found at once. */
export type IndexForTests = {
  readonly index: SearchIndex;
  readonly learn: (moc: MocPayload, revision?: bigint) => Promise<void>;
  readonly learnGallery: (item: GalleryPayload, revision?: bigint) => Promise<void>;
  /** Makes these the whole catalogue. */
  readonly learnCatalogue: (items: readonly CatalogueItem[]) => Promise<void>;
  readonly learnBuilder: (builder: BuilderPayload, revision?: bigint) => Promise<void>;
  /** Makes this the interest in all MOCs. */
  readonly learnInterest: (mocs: InterestCountsReply['mocs']) => Promise<void>;
  readonly learnWish: (itemId: string, wish: WishlistPayload, revision?: bigint) => Promise<void>;
};

const NOON = '2026-01-01T12:00:00.000Z' as Instant;

/** An integration event as a subscription delivers it. */
export const deliveryOf = (eventType: string, subject: string, revision: bigint, payload: object) => ({
  ...{ stream: 'integration-tests', revision, position: revision, eventId: newId(), type: eventType },
  ...{ recordedAt: NOON, cause: { commandId: newId(), correlationId: newId(), actor: 'a test' }, retryCount: 0 },
  data: {
    ...{ eventType, eventId: newId(), timestamp: NOON, correlationId: newId(), source: 'tests' },
    ...{ subject, revision: String(revision), payload },
  },
});

/** An index whose rows come through its projections, and can be found once `refresh` has ended. */
export const indexForTests = async <Row extends object>(
  index: SearchIndex,
  store: ReadModelStore,
  projections: DocumentProjections<Row>,
  refresh: () => Promise<unknown> = () => Promise.resolve(),
): Promise<IndexForTests> => {
  const mocs = integrationDefinition(projections.mocs);
  const gallery = integrationDefinition(projections.gallery);
  const wishes = integrationDefinition(projections.wishes);
  const builders = integrationDefinition(projections.builders);
  for (const model of [mocs, gallery, wishes, builders, projections.catalogue, projections.popularity])
    await store.prepare(model);

  const learn = async (
    definition: Definition,
    eventType: string,
    id: string,
    revision: bigint,
    payload: object,
  ): Promise<void> => {
    const [previous] = await store.load(definition, 1, [id]);
    const event = deliveryOf(eventType, id, revision, payload);
    const next = applyEvent(definition, previous, { id, revision }, event);
    if (next !== undefined && next !== previous) await store.save(definition, 1, [{ previous, next }]);
    await refresh();
  };
  const learnCatalogue = async (items: readonly CatalogueItem[]): Promise<void> => {
    const release = newId();
    const source = { catalogueItems: () => Promise.resolve({ release, items: [...items], nextCursor: null }) };
    const { signal } = new AbortController();
    await loadCatalogue({ source, store, model: projections.catalogue, now: () => NOON }, signal);
    await refresh();
  };
  return {
    index,
    learn: (moc, revision = 0n) => learn(mocs, 'moc.updated', moc.mocId, revision, moc),
    learnGallery: (item, revision = 0n) =>
      learn(gallery, `${item.kind}.updated`, item.kind === 'image' ? item.imageId : item.albumId, revision, item),
    learnCatalogue,
    learnInterest: async (all) => {
      const counts = () => Promise.resolve({ mocs: all, nextCursor: null });
      const loading = { counts, store, model: projections.popularity, now: () => NOON };
      await loadPopularity(loading, new AbortController().signal);
      await refresh();
    },
    learnBuilder: (builder, revision = 0n) => learn(builders, 'profile.updated', builder.userId, revision, builder),
    learnWish: (itemId, wish, revision = 0n) => learn(wishes, 'wishlist-item.updated', itemId, revision, wish),
  };
};
