import { backOffMs } from '@lego-moc/application/back-off';
import type { Clock } from '@lego-moc/application/clock';
import type { FileProcessingClient } from '@lego-moc/file-processing/contracts/client';
import type { CatalogueItemsReply } from '@lego-moc/file-processing/contracts/catalogue-items-api';
import {
  RebuildRunning,
  type Build,
  type Change,
  type ReadModelStore,
  type Row,
  type StoredRow,
} from '@lego-moc/read-models/read-model-store';
import { shapeOf } from '@lego-moc/read-models/shape';
import { catalogueIdOf } from '../../application/catalogue-ids.ts';
import type { CatalogueModel } from '../../document-sources.ts';

export type CatalogueLoading = {
  readonly source: Pick<FileProcessingClient, 'catalogueItems'>;
  readonly store: ReadModelStore;
  readonly model: CatalogueModel;
  readonly now: Clock;
};

const PAGE_ITEMS = 1_000;

/** The release was removed while its pages were read. The next run begins with a newer one. */
class ReleaseRemoved extends Error {
  readonly outage = true;
}

/** The id of a row without content, which is in a generation that holds the whole of a release. */
const releaseId = (release: string): string => `release:${release}`;

/** Reads the pages of a release, or the first page of the newest. */
const readPage = async (
  source: CatalogueLoading['source'],
  page: { readonly release?: string; readonly cursor?: string; readonly limit: number },
): Promise<CatalogueItemsReply> => {
  const reply = await source.catalogueItems(page);
  if (reply === undefined) throw new ReleaseRemoved('The release of the catalogue was removed meanwhile');
  return reply;
};

/**
 * Loads the newest release of the catalogue into a generation of its own, and shows that in place of the former one once
 * it is complete. Does nothing when that is there already. A run that is broken off leaves nothing that a reader sees,
 * and is made up for by the next one. Throws what the source and the store do.
 */
export const loadCatalogue = async (
  { source, store, model, now }: CatalogueLoading,
  signal: AbortSignal,
): Promise<void> => {
  const { release } = await readPage(source, { limit: 1 });
  const current = await store.prepare(model);
  const isCurrent = current.shape === shapeOf(model);
  if (isCurrent && (await store.revisionOf(model.name, releaseId(release))) !== undefined) return;

  const changeOf = (id: string, row: Row | undefined): Change => {
    const next: StoredRow = { id, revision: 0n, updatedAt: now(), row };
    return { previous: undefined, next };
  };
  const fill = async ({ insert }: Build): Promise<void> => {
    for (let cursor: string | null | undefined; cursor !== null;) {
      signal.throwIfAborted();
      const page = { release, limit: PAGE_ITEMS, ...(cursor === undefined ? {} : { cursor }) };
      const { items, nextCursor } = await readPage(source, page);
      await insert(items.map((item) => changeOf(catalogueIdOf(item), model.row(item))));
      cursor = nextCursor;
    }
  };
  await store.build(model, async (build) => {
    await fill(build);
    await build.index();
    await build.publish(({ insert }) => insert([changeOf(releaseId(release), undefined)]));
  });
};

const RETRY_FROM_MS = 1_000;
const RETRY_TO_MS = 300_000;

/** How often `withPauses` has to be called: a service that starts later is not waited for much longer. */
export const LOOK_EVERY_MS = 1_000;

/**
 * `load`, and after a success not again for `everyMs`, after a failure not before a pause that doubles with each of them.
 * Another process that loads is neither.
 */
export const withPauses = (
  load: (signal: AbortSignal) => Promise<void>,
  everyMs: number,
  now: () => number = () => performance.now(),
): ((signal: AbortSignal) => Promise<void>) => {
  let failures = 0;
  let pausedUntil = 0;
  return async (signal) => {
    if (now() < pausedUntil) return;
    try {
      await load(signal);
      failures = 0;
      pausedUntil = now() + everyMs;
    } catch (error) {
      if (error instanceof RebuildRunning || signal.aborted) return;
      failures += 1;
      pausedUntil = now() + backOffMs(failures, RETRY_FROM_MS, RETRY_TO_MS);
      throw error;
    }
  };
};
