import { LRUCache } from 'lru-cache';
import { isOutage } from '@lego-moc/event-store/outage';
import { circuitBreaker } from '@lego-moc/resilience/circuit-breaker';
import type { UserId } from '@lego-moc/kernel/message';
import type { OwnWrite } from '../../application/ports/own-writes.ts';
import type { Logger } from '@lego-moc/logger/logger';
import {
  CursorOfOtherIndex,
  type DegradedReason,
  type DocumentPage,
  type Search,
  type SearchIndex,
} from '../../application/ports/search-index.ts';

/** What was found a moment ago is as good as a simpler index; older results may show what is private or erased by now. */
const RECENT_MS = 10_000;
const RECENT_MAX = 500;

/** From opening the circuit to the next attempt. */
const RESET_MS = 2_000;

/** Searches with one key have the same results. */
const keyOf = (search: Search): string =>
  JSON.stringify(search, (name, value: unknown) => (name === 'atLeast' ? undefined : value));

/** Says of a cursor of the primary index why that index does not continue it now. */
const explainCursor =
  (cause: DegradedReason) =>
  (error: unknown): never => {
    throw error instanceof CursorOfOtherIndex ? new CursorOfOtherIndex(cause) : error;
  };

export type FallbackOptions = {
  readonly primary: SearchIndex;
  readonly fallback: SearchIndex;
  /** Why the primary index must not be asked now, if so: it does not hold all that the search needs. */
  readonly reason: (search: Pick<Search, 'types' | 'sort'>) => DegradedReason | undefined;
  /** Whether the primary index shows what the caller has just written, and `atLeast`. */
  readonly showsWrites: (by: UserId, atLeast?: OwnWrite) => Promise<boolean>;
  /** Whether the caller has just written something, which older results may lack. */
  readonly hasWritten: (by: UserId) => Promise<boolean>;
  readonly logger: Logger;
};

export type FallbackSearchIndex = SearchIndex & { readonly close: () => void };

/**
 * Searches the primary index, and while it fails or lags, the results of a moment ago or the fallback; such answers say
 * that they are degraded. A cursor of the fallback is continued there; one of the primary index waits for it, since the
 * fallback ranks otherwise, and the primary one may show what is private or erased by now.
 */
export const fallbackSearchIndex = ({
  primary,
  fallback,
  reason,
  showsWrites,
  hasWritten,
  logger,
}: FallbackOptions): FallbackSearchIndex => {
  const recent = new LRUCache<string, DocumentPage>({ max: RECENT_MAX, ttl: RECENT_MS });
  const breaker = circuitBreaker((attempt: () => Promise<unknown>) => attempt(), {
    ...{ name: 'OpenSearch', resetMs: RESET_MS },
    isHarmless: (error) => !isOutage(error),
    onChange: (isOpen) => logger.warn(`Circuit to OpenSearch ${isOpen ? 'opened: PostgreSQL answers' : 'closed'}`),
  });

  /** The answer of the primary index, or why there is none. */
  const ask = async <T>(
    { types, sort, by, atLeast }: Pick<Search, 'types' | 'sort' | 'by' | 'atLeast'>,
    attempt: () => Promise<T>,
  ): Promise<{ readonly answer: T } | DegradedReason> => {
    const knownReason = reason({ types, sort });
    if (knownReason !== undefined) return knownReason;
    if (!breaker.isOpen() && !(await showsWrites(by, atLeast))) return 'index-behind';
    try {
      return { answer: (await breaker.run(attempt)) as T };
    } catch (error) {
      if (!isOutage(error)) throw error;
      return 'index-unavailable';
    }
  };

  /** The results of a moment ago, unless they may lack what the caller has written since; any, when nobody knows. */
  const findRecent = async (search: Search, key: string): Promise<DocumentPage | undefined> => {
    const page = search.atLeast === undefined ? recent.get(key) : undefined;
    return page === undefined || (await hasWritten(search.by).catch(() => false)) ? undefined : page;
  };

  const findDegraded = async (search: Search, key: string, cause: DegradedReason): Promise<DocumentPage> => {
    const page = cause === 'index-unavailable' ? await findRecent(search, key) : undefined;
    return { ...(page ?? (await fallback.find(search).catch(explainCursor(cause)))), degraded: cause };
  };

  return {
    find: async (search) => {
      const key = keyOf(search);
      try {
        const reply = await ask(search, () => primary.find(search));
        if (typeof reply === 'string') return await findDegraded(search, key, reply);
        recent.set(key, reply.answer);
        return reply.answer;
      } catch (error) {
        if (error instanceof CursorOfOtherIndex && error.reason === undefined) return fallback.find(search);
        throw error;
      }
    },
    similar: async (mocId, by, limit) => {
      const reply = await ask({ types: ['moc'], sort: 'relevance', by }, () => primary.similar(mocId, by, limit));
      if (typeof reply !== 'string') return reply.answer;
      const similar = await fallback.similar(mocId, by, limit);
      return similar === undefined ? undefined : { ...similar, degraded: reply };
    },
    close: () => breaker.shutdown(),
  };
};
