import type { Instant } from '@lego-moc/kernel/message';
import type { ContentKey } from '../../domain/file-events.ts';

/** Where the bytes of files lie, by key. Knows nothing of what they mean. */
export interface ContentStore {
  /** Durable when it resolves. If the content or the store breaks off it rejects and nothing lies under the key. */
  put(key: ContentKey, content: AsyncIterable<Uint8Array>, options?: { readonly signal?: AbortSignal }): Promise<void>;

  /** Nothing to delete is as good as deleted. */
  delete(key: ContentKey): Promise<void>;

  /** All keys that begin with the prefix, and when the last byte of each arrived. */
  list(prefix: string): AsyncIterable<{ readonly key: string; readonly modifiedAt: Instant }>;

  /** Removes what was never put to its end and has not grown since `before`; tells how many. */
  removeUnfinished(before: Instant): Promise<number>;
}
