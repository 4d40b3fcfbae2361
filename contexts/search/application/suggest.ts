import type { Suggestion } from '../contracts/http-api.ts';
import type { DocumentPage, SearchIndex } from './ports/search-index.ts';
import { hasWordsOf, SUGGESTED_AMONG, suggestOthers, type SuggestionSearch } from './suggest-others.ts';

type SuggestionList = { readonly suggestions: readonly Suggestion[] } & Pick<DocumentPage, 'degraded'>;

/** Documents that are looked at for suggestions: several share their theme and tags. */
const LOOKED_AT = 40;

/** Titles, themes and tags of MOCs. */
const suggestMocs = async (index: SearchIndex, { query, by, limit }: SuggestionSearch): Promise<SuggestionList> => {
  const match = { query, types: ['moc' as const], by };
  const { documents, degraded } = await index.find({
    ...match,
    ...{ sort: 'relevance', limit: LOOKED_AT, spelling: 'as-spelt', rankedMax: SUGGESTED_AMONG },
  });
  const mocs = documents.flatMap((document) => (document.type === 'moc' ? [document] : []));
  const candidates: readonly Suggestion[] = [
    ...mocs.map(({ title }) => ({ kind: 'title' as const, text: title })),
    ...mocs.map(({ theme }) => ({ kind: 'theme' as const, text: theme })),
    ...mocs.flatMap(({ tags }) => tags.map((tag) => ({ kind: 'tag' as const, text: tag }))),
  ].filter(({ text }) => hasWordsOf(text, query));
  const distinct = new Map(
    candidates.map((candidate) => [`${candidate.kind} ${candidate.text.toLowerCase()}`, candidate]),
  );
  return { suggestions: pickFairly([...distinct.values()], limit), ...(degraded === undefined ? {} : { degraded }) };
};

/** A title is rarely what half a word means when a theme or tag begins like it: these have at least half of the places. */
const pickFairly = (candidates: readonly Suggestion[], limit: number): readonly Suggestion[] => {
  const titles = candidates.filter(({ kind }) => kind === 'title');
  const others = candidates.filter(({ kind }) => kind !== 'title').slice(0, Math.ceil(limit / 2));
  return [...titles.slice(0, limit - others.length), ...others];
};

/** A quarter of the places is enough for others as long as MOCs fill the rest. */
const placesOf = (limit: number): number => Math.ceil(limit / 4);

/**
 * Titles, themes and tags that have every word, or beginning of a word, of the query; titles first, as they are ranked.
 * Then
 * builders, sets and parts.
 */
export const suggest = async (index: SearchIndex, search: SuggestionSearch): Promise<SuggestionList> => {
  const [mocs, others] = await Promise.all([suggestMocs(index, search), suggestOthers(index, search)]);
  const otherPlaces = Math.min(others.length, placesOf(search.limit));
  const first = mocs.suggestions.slice(0, search.limit - otherPlaces);
  return { ...mocs, suggestions: [...first, ...others.slice(0, search.limit - first.length)] };
};
