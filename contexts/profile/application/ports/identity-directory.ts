import type { Instant, UserId } from '@lego-moc/kernel/message';

/** A user as the Auth Service lists them. */
export type ListedUser = {
  readonly userId: UserId;
  readonly email: string | null;
  readonly displayName?: string | undefined;
  readonly deleted: boolean;
  /** When it last changed anything about them. */
  readonly asOf: Instant;
};

/** A record of the list that is not to be acted upon. */
export type UnreadableUser = {
  /** Whom it names; `undefined` when it names nobody. */
  readonly userId: UserId | undefined;
  /** What of it is amiss. */
  readonly field: string;
};

export type DirectoryPage = {
  readonly users: readonly ListedUser[];
  readonly unreadable: readonly UnreadableUser[];
};

/** All users there are, the deleted ones too as far as they are remembered. */
export interface IdentityDirectory {
  /** Page by page, every user once. Throws when a page cannot be had: half a list is not a list. */
  pages(): AsyncIterable<DirectoryPage>;
}
