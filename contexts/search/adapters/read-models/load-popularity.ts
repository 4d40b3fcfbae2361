import { createHash } from 'node:crypto';
import type { Clock } from '@lego-moc/application/clock';
import type { InterestCountsQuery, InterestCountsReply } from '@lego-moc/moc-management/contracts/interests-api';
import type { Change, ReadModel, ReadModelStore, Row } from '@lego-moc/read-models/read-model-store';
import { tierId, type PopularityRow } from '../../application/popularity-model.ts';
import { popularityTier } from '../../domain/popularity.ts';

/** Reads a page of the interest in MOCs from their owner. */
export type InterestCounts = (page: InterestCountsQuery) => Promise<InterestCountsReply>;

export type PopularityLoading = {
  readonly counts: InterestCounts;
  readonly store: ReadModelStore;
  readonly model: ReadModel;
  readonly now: Clock;
};

const PAGE_MOCS = 5_000;

/** OpenSearch takes 65,536 values of a term; the oldest of a tier count as nobody's favourites beyond. */
const TIER_MOCS_MAX = 50_000;

/** The MOCs of each tier, the newest first. */
const readTiers = async (counts: InterestCounts, signal: AbortSignal): Promise<readonly PopularityRow[]> => {
  const tiers = new Map<number, string[]>();
  for (let cursor: string | null | undefined; cursor !== null;) {
    signal.throwIfAborted();
    const page: InterestCountsReply = await counts({ limit: PAGE_MOCS, ...(cursor === undefined ? {} : { cursor }) });
    for (const { mocId, ...interest } of page.mocs) {
      const tier = popularityTier(interest);
      const mocIds = tiers.get(tier) ?? [];
      tiers.set(tier, mocIds);
      mocIds.push(mocId);
      // Ids come in the order of their creation.
      if (mocIds.length > TIER_MOCS_MAX) mocIds.shift();
    }
    cursor = page.nextCursor;
  }
  return [...tiers]
    .filter(([tier]) => tier > 0)
    .map(([tier, mocIds]) => ({ tier, moc_ids: mocIds.toReversed() }))
    .sort((some, other) => some.tier - other.tier);
};

/** The id of a row without content, which is in a generation that holds exactly these tiers. */
const digestId = (tiers: readonly PopularityRow[]): string =>
  `digest:${createHash('sha256').update(JSON.stringify(tiers)).digest('hex')}`;

/**
 * Loads the popularity of all MOCs into a generation of its own, and shows that in place of the former one once it is
 * complete; nothing when it is the same. Throws what the source and the store do.
 */
export const loadPopularity = async (
  { counts, store, model, now }: PopularityLoading,
  signal: AbortSignal,
): Promise<void> => {
  const tiers = await readTiers(counts, signal);
  await store.prepare(model);
  const digest = digestId(tiers);
  if ((await store.revisionOf(model.name, digest)) !== undefined) return;
  const changeOf = (id: string, row: Row | undefined): Change => ({
    previous: undefined,
    next: { id, revision: 0n, updatedAt: now(), row },
  });
  await store.build(model, async (build) => {
    for (const row of tiers) await build.insert([changeOf(tierId(row.tier), row)]);
    await build.index();
    await build.publish(({ insert }) => insert([changeOf(digest, undefined)]));
  });
};
