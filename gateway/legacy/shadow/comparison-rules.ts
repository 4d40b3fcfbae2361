import type { Capability } from '@lego-moc/migration/contracts/capabilities';

/** A place where answers may differ, for a time. */
export type IgnoreRule = {
  readonly path: string;
  readonly reason: string;
  /** From this day on it counts as a difference again, so that somebody looks at it. */
  readonly until: string;
};

/** A list whose members are matched by a key. */
export type ListRule = {
  readonly path: string;
  readonly key: string;
  /** Members with the same value come in any order, and without it all of them do. */
  readonly orderedBy?: string;
};

/** What is known about the answers of a capability. Paths are written as `data.items[].title`. */
export type ComparisonRules = {
  readonly ignored: readonly IgnoreRule[];
  readonly lists: readonly ListRule[];
  /** Numbers that the monolith keeps as text: 12.50 is 12.5. */
  readonly numbers: readonly string[];
  /** Where rows name the user whom they belong to. */
  readonly owners: readonly string[];
};

export const COMPARISON_RULES: Readonly<Record<Capability, ComparisonRules>> = {
  wishlist: {
    ignored: [
      {
        path: 'data.items[].updatedAt',
        reason: 'The platform keeps no time of the last change of a wish.',
        until: '2027-11-22',
      },
    ],
    lists: [{ path: 'data.items', key: 'id', orderedBy: 'sortOrder' }],
    numbers: [],
    owners: ['data.items[].userId'],
  },
};
