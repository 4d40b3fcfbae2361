import type { UserId } from '@lego-moc/kernel/message';
import type { DocumentType, Suggestion } from '../contracts/http-api.ts';
import type { Query } from '../domain/query.ts';
import { isMatch } from '../domain/spelling.ts';
import { wordsOf } from '../domain/words.ts';
import type { DocumentPage, SearchIndex } from './ports/search-index.ts';

export type SuggestionSearch = { readonly query: Query; readonly by: UserId; readonly limit: number };

const queryWordsIn = ({ terms }: Query): readonly string[] => terms.flatMap(({ words }) => words);

/** Whether every word of the query is a word of the name, or the beginning of one. */
export const hasWordsOf = (name: string, query: Query): boolean => {
  const words = wordsOf(name);
  return name !== '' && queryWordsIn(query).every((queryWord) => words.some((word) => isMatch(word, queryWord)));
};

const suggestionOf = (document: DocumentPage['documents'][number], query: Query): readonly Suggestion[] => {
  switch (document.type) {
    case 'set':
      return [{ kind: 'set', text: document.setNumber, name: document.title }];
    case 'part':
      return [{ kind: 'part', text: document.partNumber, name: document.title }];
    case 'builder': {
      const { title, userId } = document;
      return hasWordsOf(title, query) ? [{ kind: 'builder', text: title, userId }] : [];
    }
    default:
      return [];
  }
};

/** Fewer letters begin the names of half the catalogue. */
const ITEM_LETTERS_MIN = 3;

/** Matches that are ranked. Half a word begins the names of thousands, and nobody waits for their order. */
export const SUGGESTED_AMONG = 2_000;

/** Several are looked at: some are found by their bio only. */
const BUILDERS_LOOKED_AT = 10;
const BUILDERS_MAX = 2;

/** Builders by name, then sets and parts by number and name, in which every word begins as typed. */
export const suggestOthers = async (
  index: SearchIndex,
  { query, by, limit }: SuggestionSearch,
): Promise<readonly Suggestion[]> => {
  const find = async (types: readonly DocumentType[], documentsMax: number): Promise<readonly Suggestion[]> => {
    const order = { sort: 'relevance', spelling: 'as-spelt', rankedMax: SUGGESTED_AMONG } as const;
    return (await index.find({ ...order, query, types, by, limit: documentsMax })).documents.flatMap((document) =>
      suggestionOf(document, query),
    );
  };
  const hasEnoughLetters = queryWordsIn(query).join('').length >= ITEM_LETTERS_MIN;
  const [builders, items] = await Promise.all([
    find(['builder'], BUILDERS_LOOKED_AT),
    hasEnoughLetters ? find(['set', 'part'], limit) : [],
  ]);
  return [...builders.slice(0, BUILDERS_MAX), ...items];
};
