import type { UserId } from '@lego-moc/kernel/message';
import type { SearchPage, SearchQuery, Suggestion } from '../contracts/http-api.ts';
import { marksOf } from '../domain/highlight.ts';
import { isEmpty, type Query } from '../domain/query.ts';
import { correctWords, isMatch } from '../domain/spelling.ts';
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
  const { documents, last, hasMore, isFiltered, facets: counts } = page;
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
    ...(counts === undefined ? {} : { facets: counts }),
    ...(correction === undefined ? {} : { didYouMean: correction }),
    ...(hasMore && last !== undefined ? { end: last } : {}),
    ...(isFiltered ? {} : { unappliedFilters: ['buildable' as const] }),
    ...(reason === undefined ? {} : { degraded: reason }),
  };
};

/** Documents that are looked at for suggestions: several share their theme and tags. */
const LOOKED_AT = 40;

type SuggestionList = { readonly suggestions: readonly Suggestion[] } & Pick<DocumentPage, 'degraded'>;
type SuggestionSearch = { readonly query: Query; readonly by: UserId; readonly limit: number };

const suggestionOf = (document: DocumentPage['documents'][number]): readonly Suggestion[] => {
  if (document.type === 'set') return [{ kind: 'set', text: document.setNumber, name: document.title }];
  return document.type === 'part' ? [{ kind: 'part', text: document.partNumber, name: document.title }] : [];
};

/** Fewer letters begin the names of half the catalogue. */
const ITEM_LETTERS_MIN = 3;

/** Sets and parts whose name or number has every word, or beginning of a word, of the query. */
const suggestItems = async (
  index: SearchIndex,
  { query, by, limit }: SuggestionSearch,
): Promise<readonly Suggestion[]> => {
  if (query.terms.flatMap(({ words }) => words).join('').length < ITEM_LETTERS_MIN) return [];
  const types = ['set' as const, 'part' as const];
  const { documents } = await index.find({
    ...{ query, types, by, limit, sort: 'relevance', spelling: 'as-spelt' },
  });
  return documents.flatMap(suggestionOf);
};

/** Titles, themes and tags of MOCs. */
const suggestMocs = async (index: SearchIndex, { query, by, limit }: SuggestionSearch): Promise<SuggestionList> => {
  const match = { query, types: ['moc' as const], by };
  const { documents, degraded } = await index.find({
    ...match,
    ...{ sort: 'relevance', limit: LOOKED_AT, spelling: 'as-spelt' },
  });
  const queryWords = query.terms.flatMap(({ words }) => words);
  const fits = (name: string): boolean => {
    const words = wordsOf(name);
    return name !== '' && queryWords.every((queryWord) => words.some((word) => isMatch(word, queryWord)));
  };
  const mocs = documents.flatMap((document) => (document.type === 'moc' ? [document] : []));
  const candidates: readonly Suggestion[] = [
    ...mocs.map(({ title }) => ({ kind: 'title' as const, text: title })),
    ...mocs.map(({ theme }) => ({ kind: 'theme' as const, text: theme })),
    ...mocs.flatMap(({ tags }) => tags.map((tag) => ({ kind: 'tag' as const, text: tag }))),
  ].filter(({ text }) => fits(text));
  const distinct = new Map(
    candidates.map((candidate) => [`${candidate.kind} ${candidate.text.toLowerCase()}`, candidate]),
  );
  return { suggestions: pickFairly([...distinct.values()], limit), ...(degraded === undefined ? {} : { degraded }) };
};

/** A quarter of the places is enough for others as long as MOCs fill the rest. */
const placesOf = (limit: number): number => Math.ceil(limit / 4);

/**
 * Titles, themes and tags that have every word, or beginning of a word, of the query; titles first, as they are ranked.
 * Then sets and parts.
 */
export const suggest = async (index: SearchIndex, search: SuggestionSearch): Promise<SuggestionList> => {
  const [mocs, items] = await Promise.all([suggestMocs(index, search), suggestItems(index, search)]);
  const itemPlaces = Math.min(items.length, placesOf(search.limit));
  const first = mocs.suggestions.slice(0, search.limit - itemPlaces);
  return { ...mocs, suggestions: [...first, ...items.slice(0, search.limit - first.length)] };
};

/** A title is rarely what half a word means when a theme or tag begins like it: these have at least half of the places. */
const pickFairly = (candidates: readonly Suggestion[], limit: number): readonly Suggestion[] => {
  const titles = candidates.filter(({ kind }) => kind === 'title');
  const others = candidates.filter(({ kind }) => kind !== 'title').slice(0, Math.ceil(limit / 2));
  return [...titles.slice(0, limit - others.length), ...others];
};
