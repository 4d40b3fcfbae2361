import type { UserId } from '@lego-moc/kernel/message';
import type { FoundMoc } from '../../contracts/http-api.ts';

/** The end of a page: the last MOC on it, and how well it matched. */
export type Position = {
  readonly score: string;
  readonly mocId: string;
  /** Whether similar words match: all pages of one search are of the same kind. */
  readonly spelling: 'as-spelt' | 'alike';
};

export type Search = {
  /** See `searchWords`. None: everything. */
  readonly words: readonly string[];
  /** The caller, who also finds their own drafts. */
  readonly by: UserId;
  readonly limit: number;
  /** The end of the page before, of the same search. */
  readonly after?: Position;
};

export type Found = { readonly mocs: readonly FoundMoc[]; readonly last?: Position; readonly hasMore: boolean };

/**
 * Finds MOCs. A word matches in the title, a tag, the theme or the description if a word there begins with it. If that
 * does not fill a page, it also matches in all but the description if a word there is spelt much like it. All words
 * must match. Title counts before tags and theme, these before the description, the right spelling before a similar
 * one, then the newer before the older.
 */
export interface SearchIndex {
  find(search: Search): Promise<Found>;
}
