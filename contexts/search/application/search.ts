import type { UserId } from '@lego-moc/kernel/message';
import type { SearchPage, SearchQuery } from '../contracts/http-api.ts';
import { marksOf } from '../domain/highlight.ts';
import { isEmpty, type Query } from '../domain/query.ts';
import { correctWords } from '../domain/spelling.ts';
import { wordsOf } from '../domain/words.ts';
import type { OwnWrite } from './ports/own-writes.ts';
import { findBuildable, type BuildableFilter, type BuildablePage } from './find-buildable.ts';
import type { DocumentPage, Position, Search, SearchIndex } from './ports/search-index.ts';

/** `by:me` is the caller. */
const resolveCaller = (query: Query, caller: UserId): Query =>
  query.filters.by === 'me' ? { ...query, filters: { ...query.filters, by: caller } } : query;

/** The words of a query that were searched for misspelt, corrected by what was found. */
const didYouMean = (
  { terms, phrases, without, filters }: Query,
  { documents, spelling }: Pick<DocumentPage, 'documents' | 'spelling'>,
): string | undefined => {
  const isPlain = phrases.length + without.length + Object.keys(filters).length === 0;
  if (spelling === 'as-spelt' || !isPlain) return undefined;
  const vocabulary = [...new Set(documents.flatMap((document) => wordsOf(namesOf(document).join(' '))))];
  return correctWords(
    terms.flatMap(({ words }) => words),
    vocabulary,
  )?.join(' ');
};

/** The naming texts of a document: its title, theme and tags. */
const namesOf = (document: DocumentPage['documents'][number]): readonly string[] => [
  document.title,
  ...('theme' in document ? [document.theme] : []),
  ...('subthemes' in document ? document.subthemes : []),
  ...('category' in document ? [document.category] : []),
  ...('tags' in document ? document.tags : []),
];

export type SearchRequest = Pick<SearchQuery, 'type' | 'sort' | 'limit' | 'facets'> & {
  readonly query: Query;
  readonly by: UserId;
  readonly after?: Position;
  readonly atLeast?: OwnWrite;
  readonly buildable?: BuildableFilter;
};

export type SearchResult = Omit<SearchPage, 'queryId' | 'nextCursor' | 'degraded' | 'degradedReason'> &
  Pick<DocumentPage, 'degraded'> & {
    /** The end of the page; none on the last page. */
    readonly end?: Position;
  };

/** Only MOCs with a counted list can be buildable; inventory says of how many pieces. */
const candidatesOf = ({ query, ...search }: Search): Search => ({
  ...search,
  query: { ...query, filters: { has: 'parts', ...query.filters } },
});

const findPage = async (
  index: SearchIndex,
  search: Search,
  buildable: BuildableFilter | undefined,
): Promise<BuildablePage> => {
  if (buildable !== undefined)
    return findBuildable((candidates) => index.find(candidates), candidatesOf(search), buildable);
  const { positions, ...page } = await index.find(search);
  return { ...page, last: positions.at(-1), isFiltered: true };
};

const facetsOf = ({ facets, areFacetsPartial }: BuildablePage): Pick<SearchPage, 'facets' | 'facetsPartial'> => ({
  ...(facets === undefined ? {} : { facets }),
  ...(areFacetsPartial === true ? { facetsPartial: true } : {}),
});

/** A page of results with what goes with it: highlights, counts, and a corrected query. */
export const search = async (index: SearchIndex, request: SearchRequest): Promise<SearchResult> => {
  const { by, limit, sort, type: types, facets, after, atLeast, buildable } = request;
  const query = resolveCaller(request.query, by);
  const toFind: Search = {
    ...{ query, types, by, sort, limit },
    ...(after === undefined ? {} : { after }),
    ...(atLeast === undefined ? {} : { atLeast }),
    ...(facets === undefined ? {} : { facets }),
  };
  const page = await findPage(index, toFind, buildable);
  const { documents, last, hasMore, isFiltered } = page;
  const reason = page.degraded ?? (isFiltered ? undefined : 'inventory-unavailable');
  const correction = didYouMean(query, page);
  const items = documents.map((document) =>
    isEmpty(query)
      ? document
      : {
          ...document,
          highlights: {
            title: marksOf(document.title, query).map(([start, end]): [number, number] => [start, end]),
            description: marksOf('description' in document ? document.description : '', query).map(
              ([start, end]): [number, number] => [start, end],
            ),
          },
        },
  );
  return {
    items,
    ...facetsOf(page),
    ...(correction === undefined ? {} : { didYouMean: correction }),
    ...(hasMore && last !== undefined ? { end: last } : {}),
    ...(isFiltered ? {} : { unappliedFilters: ['buildable' as const] }),
    ...(reason === undefined ? {} : { degraded: reason }),
  };
};
