import type { Clock } from '@lego-moc/application/clock';
import type { Suggestion } from '../../contracts/http-api.ts';
import { isMatch } from '../../domain/spelling.ts';
import { keyOf, wordsOf } from '../../domain/words.ts';
import type { SearchStatistics } from '../ports/search-statistics.ts';

/** Only the beginning is ever suggested. */
const TRENDING_MAX = 200;

export type TrendingTexts = {
  /** The texts that were read last. */
  readonly texts: () => readonly string[];
  readonly refresh: () => Promise<void>;
};

/** Keeps trending texts in memory, so that suggestions do not wait for them. */
export const trendingTexts = (statistics: Pick<SearchStatistics, 'trending'>, now: Clock): TrendingTexts => {
  let texts: readonly string[] = [];
  return {
    texts: () => texts,
    refresh: async () => {
      texts = await statistics.trending(new Date(now()), TRENDING_MAX);
    },
  };
};

/** A part of the places is enough: what was found is closer to what is typed. */
const placesOf = (limit: number): number => Math.ceil(limit / 4);

/**
 * Suggestions with the trending texts that every word of the query begins a word of; those alone while nothing is
 * typed.
 */
export const addTrending = (
  suggestions: readonly Suggestion[],
  trending: readonly string[],
  { words, limit }: { readonly words: readonly string[]; readonly limit: number },
): readonly Suggestion[] => {
  const keys = new Set(suggestions.map(({ text }) => keyOf(text)));
  const isFitting = (text: string): boolean => {
    const textWords = wordsOf(text);
    return !keys.has(keyOf(text)) && words.every((word) => textWords.some((textWord) => isMatch(textWord, word)));
  };
  const texts = trending.filter(isFitting).slice(0, words.length === 0 ? limit : placesOf(limit));
  return [...suggestions.slice(0, limit - texts.length), ...texts.map((text): Suggestion => ({ kind: 'query', text }))];
};
