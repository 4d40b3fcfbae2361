import type { UserId } from '@lego-moc/kernel/message';
import type { FoundMoc } from '../../contracts/http-api.ts';

/** Where a page ends: the last found, and how well it matched. */
export type Position = {
  readonly score: string;
  readonly mocId: string;
  /** Whether misspelt words were looked for: pages of one search go on as the first began. */
  readonly spelling: 'as-spelt' | 'alike';
};

export type Search = {
  /** See `searchWords`. None: everything. */
  readonly words: readonly string[];
  /** Who searches; finds their own drafts besides all that is published. */
  readonly by: UserId;
  readonly limit: number;
  /** What comes after this, in the order of an earlier page of the same search. */
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
