import { Router, type Request } from 'express';
import { userOf } from '@lego-moc/http/caller';
import { causeOf } from '@lego-moc/http/cause';
import { refuse } from '@lego-moc/http/problem';
import { ok } from '@lego-moc/http/respond';
import { route } from '@lego-moc/http/route-contract';
import { CursorOfOtherIndex, type DegradedReason, type SearchIndex } from '../../application/ports/search-index.ts';
import { awaitRevision } from '../../application/await-revision.ts';
import type { FindRevision } from '../../application/ports/document-revisions.ts';
import type { SearchRecorder } from '../../application/analytics/search-recorder.ts';
import { addTrending } from '../../application/analytics/trending-texts.ts';
import type { BuildableFilter } from '../../application/find-buildable.ts';
import { search } from '../../application/search.ts';
import { suggest } from '../../application/suggest.ts';
import type { SearchPage, SearchQuery, SimilarMocs, Suggestions } from '../../contracts/http-api.ts';
import { recordableText } from '../../domain/analytics/recordable-text.ts';
import { isEmpty, isFault, parseQuery, type Query } from '../../domain/query.ts';
import type { Synonyms } from '../../domain/synonyms.ts';
import type { PercentagesFor } from '../../application/ports/buildable-percentages.ts';
import { decodeCursor, encodeCursor, refuseOutdatedCursor, refuseWaitingCursor } from './cursor.ts';
import { searchContract, similarContract, suggestionsContract } from './search-contracts.ts';

const degradation = (reason: DegradedReason | undefined) =>
  reason === undefined ? {} : { degraded: true as const, degradedReason: reason };

/** Every search runs on what the indexes hold now; pages of others may be older. */
const refuseCursorOfOtherIndex = (error: unknown): never => {
  if (!(error instanceof CursorOfOtherIndex)) throw error;
  return error.reason === undefined ? refuseOutdatedCursor() : refuseWaitingCursor(error.reason);
};

export type SearchRoutes = {
  readonly index: SearchIndex;
  /** Called for each search. */
  readonly synonyms: () => Synonyms;
  readonly findRevision: FindRevision;
  readonly record: SearchRecorder['record'];
  /** What callers can build of some MOCs; absent when the filter is switched off. */
  readonly percentagesFor?: PercentagesFor | undefined;
  /** Texts that many people search for. */
  readonly trending: () => readonly string[];
};

const refuseUnindexed = (): never =>
  refuse(503, 'index-behind', 'That revision is not indexed yet. Send the request again.', {
    headers: { 'retry-after': '1' },
    errors: [{ pointer: '/query/atLeastRevision', detail: 'not indexed yet, or nothing that the caller may see' }],
  });

const refuseBuildable = (detail: string): never =>
  refuse(400, 'invalid-request', detail, { errors: [{ pointer: '/query/buildable', detail }] });

/** The filter by what the caller can build, if the search has one. */
const buildableFilter = (
  request: Request,
  { buildable: least, type }: SearchQuery,
  percentagesFor: PercentagesFor | undefined,
): { readonly buildable?: BuildableFilter } => {
  if (least === undefined) return {};
  if (percentagesFor === undefined) return refuseBuildable('This platform has no filter buildable. Leave it out.');
  if (type.length > 1 || type[0] !== 'moc') return refuseBuildable('Only MOCs can be buildable. Send type=moc.');
  return { buildable: { least, percentagesOf: percentagesFor(userOf(request).id, causeOf(request)) } };
};

/** Searching, suggestions while somebody types, and similar MOCs. */
export const searchRoutes = (needs: SearchRoutes): Router => {
  const { index, synonyms, findRevision, record, percentagesFor, trending } = needs;

  /** Refuses with 400 what is no query; `undefined` when nothing can match. */
  const queryOf = (q: string): Query | undefined => {
    const query = parseQuery(q, synonyms());
    if (isFault(query))
      return refuse(400, 'invalid-request', query.fault, { errors: [{ pointer: '/query/q', detail: query.fault }] });
    // A query without a letter or digit matches nothing; listing everything would be wrong.
    return isEmpty(query) && q.trim() !== '' ? undefined : query;
  };

  return Router().use(
    route(searchContract, async ({ query: parameters, request }) => {
      const { q, cursor, type, sort, limit, facets, atLeastRevision } = parameters;
      const query = queryOf(q);
      const buildable = buildableFilter(request, parameters, percentagesFor);
      const after = cursor === undefined ? {} : { after: decodeCursor(cursor, parameters) };
      if (query === undefined) return ok({ items: [] } satisfies SearchPage);
      const by = userOf(request).id;
      const startedAt = performance.now();
      const facetNames = facets === undefined ? {} : { facets };
      const revisionBound =
        atLeastRevision === undefined
          ? {}
          : { atLeast: (await awaitRevision(findRevision, atLeastRevision, by)) ?? refuseUnindexed() };
      const result = await search(index, {
        ...{ query, type, sort, limit, by },
        ...{ ...after, ...facetNames, ...revisionBound, ...buildable },
      }).catch(refuseCursorOfOtherIndex);
      const { end, degraded, ...page } = result;
      const next = end === undefined ? {} : { nextCursor: encodeCursor(end, parameters) };
      const filterNames = [...Object.keys(query.filters), ...Object.keys(buildable)].sort();
      const queryId = record({
        ...{ text: recordableText(q, query), filters: filterNames, types: type, sort, by },
        ...{ page: cursor === undefined ? 'first' : 'next', results: page.items.length, hasMore: end !== undefined },
        ...{ elapsedMs: performance.now() - startedAt, degraded: degraded ?? null },
      });
      const recording = queryId === undefined ? {} : { queryId };
      return ok({ ...recording, ...page, ...next, ...degradation(degraded) } satisfies SearchPage);
    }),

    route(suggestionsContract, async ({ query: { q, limit }, request }) => {
      const query = queryOf(q);
      const words = query?.terms.flatMap((term) => term.words) ?? [];
      if (query === undefined || words.length === 0) {
        const texts = q.trim() === '' ? trending() : [];
        return ok({ suggestions: [...addTrending([], texts, { words, limit })] } satisfies Suggestions);
      }
      const { suggestions, degraded } = await suggest(index, { query, limit, by: userOf(request).id });
      const all = addTrending(suggestions, trending(), { words, limit });
      return ok({ suggestions: [...all], ...degradation(degraded) } satisfies Suggestions);
    }),

    route(similarContract, async ({ params: { mocId }, query: { limit }, request }) => {
      const similar = await index.similar(mocId, userOf(request).id, limit);
      if (similar === undefined) return refuse(404, 'moc-not-found', 'There is no such MOC.');
      return ok({ items: [...similar.mocs], ...degradation(similar.degraded) } satisfies SimilarMocs);
    }),
  );
};
