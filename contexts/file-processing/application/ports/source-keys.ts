import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { SourceKey } from './price-source.ts';

/** The users' keys for price sources; nobody but the source ever sees one again. */
export interface SourceKeys {
  /** Replaces an earlier key. */
  put(owner: UserId, key: SourceKey): Promise<void>;
  /** `undefined` when the user has set none. Throws when no master key opens it. */
  find(owner: UserId): Promise<SourceKey | undefined>;
  /** When the key was set. */
  setAt(owner: UserId): Promise<Instant | undefined>;
  /** Safe to repeat. */
  remove(owner: UserId): Promise<void>;
}
