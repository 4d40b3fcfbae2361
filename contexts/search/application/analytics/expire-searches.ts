import type { Clock } from '@lego-moc/application/clock';
import type { HandleCommand } from '@lego-moc/application/command-handler';
import { after } from '@lego-moc/kernel/instant';
import { derivedId } from '@lego-moc/kernel/ids';
import type { Instant } from '@lego-moc/kernel/message';
import type { ClickRejection, ExpireSearch } from '../../domain/analytics/search-execution.ts';
import type { QueryId } from '../../domain/analytics/search-execution-events.ts';

/** A search to be removed; `isShown` while statistics still count it. */
export type ExpiringSearch = { readonly queryId: QueryId; readonly isShown: boolean };

/** Searches that are to be removed, remembered until nothing is left of them. */
export interface ExpiringSearches {
  /** Adds the oldest of those executed before `before`, and returns at most `limit` of all. */
  next(before: Instant, limit: number): Promise<readonly ExpiringSearch[]>;
  remove(queryIds: readonly QueryId[]): Promise<unknown>;
}

type Retention = {
  readonly searches: ExpiringSearches;
  readonly handle: HandleCommand<ExpireSearch, ClickRejection>;
  readonly deleteSearch: (queryId: QueryId) => Promise<void>;
  readonly days: number;
  readonly now: Clock;
};

const DAY_MS = 24 * 60 * 60_000;

/** A run each minute removes more than are recorded in it. */
const SEARCHES_MAX = 1_000;

/**
 * Removes searches that are older than `days`, the oldest first, at most a thousand a run. An event takes a search out of
 * the statistics, and a later run deletes its stream once it is out. Repeating any step does no harm.
 */
export const expireSearches =
  ({ searches, handle, deleteSearch, days, now }: Retention) =>
  async (signal: AbortSignal): Promise<void> => {
    const at = now();
    for (const { queryId, isShown } of await searches.next(after(at, -days * DAY_MS), SEARCHES_MAX)) {
      signal.throwIfAborted();
      if (isShown) {
        const cause = { commandId: derivedId('search-expiry', queryId), correlationId: queryId, actor: 'search' };
        await handle(queryId, { type: 'ExpireSearch', data: { queryId, at } }, cause);
      } else {
        await deleteSearch(queryId);
        await searches.remove([queryId]);
      }
    }
  };
