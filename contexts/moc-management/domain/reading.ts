import type { Decider } from '@lego-moc/kernel/decider';
import type { Message } from '@lego-moc/kernel/message';

/** Records that a reader has seen a version of a MOC. */
export type MarkSeen = Message<'MarkSeen', { version: number }>;

/** A reader saw a version that is newer than those they had seen. */
export type VersionSeen = Message<'VersionSeen', { version: number }>;

/** The newest version of one MOC that one reader has seen; 0 for none. */
export type Reading = { readonly version: number };

/** Grows by at most one event for each version. */
export const readingDecider: Decider<MarkSeen, Reading, VersionSeen, never> = {
  initial: { version: 0 },
  decide: ({ data: { version } }, reading) =>
    version > reading.version ? [{ type: 'VersionSeen', data: { version } }] : [],
  evolve: (_, { data: { version } }) => ({ version }),
};
