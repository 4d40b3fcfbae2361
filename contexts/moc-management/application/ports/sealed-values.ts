import type { UserId } from '@lego-moc/kernel/message';
import type { SealedValueId } from '../../domain/webhook-events.ts';

/** URLs and secrets of webhooks, unreadable to whoever has the database alone. */
export interface SealedValues {
  /** Keeps the value under this id, unless there is one; returns the one that is kept. */
  put(owner: UserId, id: SealedValueId, value: string): Promise<string>;
  /** The value; `undefined` when it was removed or lost. */
  find(owner: UserId, id: SealedValueId): Promise<string | undefined>;
  remove(ids: readonly SealedValueId[]): Promise<void>;
  removeAllOf(owner: UserId): Promise<void>;
  /** At most `limit` values that are older than a day, the oldest first, behind `after`: for the sweep. */
  old(limit: number, after?: SealedValueId): Promise<readonly { readonly owner: UserId; readonly id: SealedValueId }[]>;
}
