import type { UserId } from '@lego-moc/kernel/message';
import type { Personal } from '../../domain/profile-events.ts';

/** The key of one user. No other key opens its sealed texts. */
export interface UserKey {
  seal<Part extends keyof Personal>(part: Part, value: Personal[Part]): string;
  /** Throws when the text was sealed by another key or as another part, or was tampered with. */
  open<Part extends keyof Personal>(part: Part, sealedText: string): Personal[Part];
}

/** Keeps a key for every user until it is destroyed. */
export interface KeyVault {
  /** Makes the key when there was none; `undefined` once it was destroyed. */
  keyFor(userId: UserId): Promise<UserKey | undefined>;
  /** The existing keys of these users. */
  keysOf(userIds: readonly UserId[]): Promise<ReadonlyMap<UserId, UserKey>>;
  /** The users among these that have a key, whether or not it can be read. */
  withKey(userIds: readonly UserId[]): Promise<readonly UserId[]>;
  /** Permanent: no key is ever made for this user again. Idempotent. */
  destroy(userId: UserId): Promise<void>;
}
