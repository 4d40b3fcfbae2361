import type { Instant, UserId } from '@lego-moc/kernel/message';

/** A user as the Auth Service lists them. */
export type ListedUser = {
  readonly userId: UserId;
  readonly email: string | null;
  readonly displayName?: string | undefined;
  readonly deleted: boolean;
  /** When the Auth Service last changed the user. */
  readonly asOf: Instant;
};

/** A malformed record of the list, which is skipped. */
export type UnreadableUser = {
  /** The id in it; `undefined` without one. */
  readonly userId: UserId | undefined;
  /** The reason why it is skipped. */
  readonly field: string;
};

export type DirectoryPage = {
  readonly users: readonly ListedUser[];
  readonly unreadable: readonly UnreadableUser[];
};

/** All users of the Auth Service, deleted ones included as long as it lists them. */
export interface IdentityDirectory {
  /** Page by page, every user once. Throws when a page cannot be read: half a list is not a list. */
  pages(): AsyncIterable<DirectoryPage>;
}
