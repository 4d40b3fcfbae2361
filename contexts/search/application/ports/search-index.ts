import type { UserId } from '@lego-moc/kernel/message';
import type {
  DocumentType,
  FacetCounts,
  FacetName,
  FoundDocument,
  FoundMoc,
  SearchPage,
  Sort,
} from '../../contracts/http-api.ts';
import type { Query } from '../../domain/query.ts';
import type { OwnWrite } from './own-writes.ts';

/** Whether words match only as they are spelt, or similar ones as well. */
export type Spelling = 'as-spelt' | 'alike';

/** The end of a page: the last document on it, and the key that it is sorted by. */
export type Position = {
  readonly key: string;
  readonly id: string;
  /** All pages of one search are of the same kind. */
  readonly spelling: Spelling;
  /** The index that the page came from: others rank otherwise. */
  readonly index: string;
};

/** The condition on documents. */
export type Match = {
  readonly query: Query;
  readonly types: readonly DocumentType[];
  /** The caller, who also finds what only they may see. */
  readonly by: UserId;
};

export type Search = Match & {
  readonly sort: Sort;
  readonly limit: number;
  /** Similar words match too, unless it says otherwise, when the words as they are spelt find fewer than five. */
  readonly spelling?: Spelling;
  /** Only documents with these ids. */
  readonly among?: readonly string[];
  /** Ranks only so many of the documents that match, whichever are met first: enough where a few good ones do. */
  readonly rankedMax?: number;
  /** A document that the answer must show at this revision; the index in PostgreSQL does. */
  readonly atLeast?: OwnWrite;
  /** The end of the page before, of the same search. */
  readonly after?: Position;
  /** The facets to count; a facet's own filter does not count for it. */
  readonly facets?: readonly FacetName[];
};

export type DegradedReason = NonNullable<SearchPage['degradedReason']>;

/** Why another index than the usual one answered. */
type Answer = { readonly degraded?: DegradedReason };

export type DocumentPage = Answer & {
  readonly documents: readonly FoundDocument[];
  readonly spelling: Spelling;
  /** Where a page would end after each of the documents. */
  readonly positions: readonly Position[];
  readonly hasMore: boolean;
  readonly facets?: FacetCounts;
};

/**
 * The cursor is of another index. `reason` says why that index, which answered then, does not answer now; without it, no
 * index continues this cursor.
 */
export class CursorOfOtherIndex extends Error {
  readonly reason: DegradedReason | undefined;

  constructor(reason?: DegradedReason) {
    super('The cursor is of another index');
    this.reason = reason;
  }
}

/**
 * Finds documents. A word matches in the title, a tag, the theme or the description if a word there begins with it. If
 * that finds fewer than five, it also matches in all but the description if a word there is spelt much like it. All words
 * must match. Title counts before tags and theme, these before the description, the right spelling before a similar
 * one, then the higher id before the lower. Throws `CursorOfOtherIndex`.
 */
export interface SearchIndex {
  find(search: Search): Promise<DocumentPage>;
  /** Published MOCs with the same parts, tags or theme, the most similar first; `undefined` when `by` cannot see the MOC. */
  similar(
    mocId: string,
    by: UserId,
    limit: number,
  ): Promise<(Answer & { readonly mocs: readonly FoundMoc[] }) | undefined>;
}
