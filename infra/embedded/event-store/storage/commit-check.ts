import type { ExpectedRevision } from './event-log.ts';

/** The input of the commit check. */
export type CommitFacts = {
  readonly lastRevision: bigint;
  readonly tombstoned: boolean;
  readonly softDeleted: boolean;
  readonly hasMetadata: boolean;
  readonly expected: ExpectedRevision;
  readonly ids: readonly string[];
  /** Revision of a recently committed event with that id in this stream. */
  readonly recentRevisionOf: (id: string) => bigint | undefined;
  /** Id of the event at that revision, however old. */
  readonly idAt: (revision: bigint) => string | undefined;
};

export type CommitDecision =
  | { readonly kind: 'append' | 'wrong-expected-revision' | 'stream-deleted' }
  | { readonly kind: 'idempotent'; readonly revision: bigint };

const APPEND = { kind: 'append' } as const;
const WRONG = { kind: 'wrong-expected-revision' } as const;
const DELETED_STREAM = { kind: 'stream-deleted' } as const;

/** Append, refuse, or recognise a retry: the rules of EventStoreDB's index writer. */
export const checkCommit = (facts: CommitFacts): CommitDecision => {
  if (facts.tombstoned) return DELETED_STREAM;
  if (facts.expected === 'stream-exists') {
    if (facts.softDeleted) return DELETED_STREAM;
    if (facts.lastRevision < 0n && !facts.hasMetadata) return WRONG;
  }
  if (facts.expected === 'any' || facts.expected === 'stream-exists') return checkRecent(facts);
  return checkAgainst(facts, facts.expected === 'no-stream' ? -1n : facts.expected);
};

/** Without a revision to compare at, only a recent commit of the very same ids counts as a retry. */
const checkRecent = ({ ids, recentRevisionOf }: CommitFacts): CommitDecision => {
  let last: bigint | undefined;
  for (const id of ids) {
    const revision = recentRevisionOf(id);
    // Half of it known: the caller mixes old and new, and neither storing it again nor skipping would be right.
    if (revision === undefined) return last === undefined ? APPEND : WRONG;
    last = revision;
  }
  return last === undefined ? APPEND : { kind: 'idempotent', revision: last };
};

const checkAgainst = (facts: CommitFacts, expected: bigint): CommitDecision => {
  if (expected === facts.lastRevision) return APPEND;
  if (expected > facts.lastRevision) return WRONG;

  let revision = expected;
  for (const id of facts.ids) {
    revision += 1n;
    if (facts.idAt(revision) === id) continue;
    const isFirst = revision === expected + 1n;
    return isFirst && facts.expected === 'no-stream' && facts.softDeleted ? APPEND : WRONG;
  }
  if (revision !== expected) return { kind: 'idempotent', revision };
  return facts.expected === 'no-stream' && facts.softDeleted ? APPEND : WRONG;
};
