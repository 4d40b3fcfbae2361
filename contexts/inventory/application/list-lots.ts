import type { Clock } from '@lego-moc/application/clock';
import type { Cause } from '@lego-moc/application/event-streams';
import { mapAtMost } from '@lego-moc/application/map-at-most';
import type { UserId } from '@lego-moc/kernel/message';
import type { LotQuantity } from '../domain/lots.ts';
import type { CatalogueFacts } from './ports/catalogue-facts.ts';
import type { ListStore } from './ports/list-store.ts';
import type { PartsLists } from './ports/parts-lists.ts';

/** The lots of jobs by a release of the catalogue; jobs that are gone or not completed are left out. */
export type ReadLots = (
  jobIds: readonly string[],
  release: string,
  cause: Cause,
) => Promise<ReadonlyMap<string, readonly LotQuantity[]>>;

export type ListLotsDependencies = {
  readonly lists: Pick<PartsLists, 'lots'>;
  readonly store: ListStore;
  readonly now: Clock;
};

/** So many lists are read from file processing at a time. */
export const LISTS_AT_ONCE = 8;

/** Takes lists from the store, and reads those that are not there as of the release. */
export const readLots =
  ({ lists, store, now }: ListLotsDependencies): ReadLots =>
  async (jobIds, release, cause) => {
    const results = new Map(await store.of(jobIds, release));
    const otherIds = jobIds.filter((jobId) => !results.has(jobId));
    await mapAtMost(LISTS_AT_ONCE, otherIds, async (jobId) => {
      const readAt = now();
      const lots = await lists.lots(jobId, cause);
      if (lots === undefined) return;
      results.set(jobId, lots);
      await store.update({ jobId, release, readAt, lots });
    });
    return results;
  };

/** So many lists are read again between two looks at the release. */
const REFRESHED_LISTS_MAX = 500;

type StoringDependencies = ListLotsDependencies & { readonly facts: CatalogueFacts };

/** Stores a list as soon as it is read, or changed, so that the first question about it finds it. */
export const storeList =
  ({ lists, store, facts, now }: StoringDependencies) =>
  async (jobId: string, owner: UserId, cause: Cause): Promise<void> => {
    const readAt = now();
    const [{ release }, lots] = await Promise.all([facts.current(cause), lists.lots(jobId, cause)]);
    await (lots === undefined ? store.remove(jobId) : store.add({ jobId, release, readAt, lots }, owner));
  };

/** Reads stored lists again after another release of the catalogue, before a question needs them. */
export const refreshLists = (needs: StoringDependencies) => {
  const store = storeList(needs);
  return async (cause: Cause): Promise<void> => {
    const { release } = await needs.facts.current(cause);
    const outdatedLists = await needs.store.outdated(release, REFRESHED_LISTS_MAX);
    await mapAtMost(LISTS_AT_ONCE, outdatedLists, ({ jobId, owner }) => store(jobId, owner, cause));
  };
};
