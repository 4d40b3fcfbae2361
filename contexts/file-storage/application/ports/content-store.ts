import type { Readable } from 'node:stream';
import type { Instant } from '@lego-moc/kernel/message';
import type { ContentKey } from '../../domain/file-events.ts';

/** The bytes of files, by key. */
export interface ContentStore {
  /** Durable when it resolves. If the content or the store breaks off it rejects and nothing lies under the key. */
  put(key: ContentKey, content: AsyncIterable<Uint8Array>, options?: { readonly signal?: AbortSignal }): Promise<void>;

  /** Reads the content; `undefined` when there is none. */
  get(key: ContentKey): Promise<Readable | undefined>;

  head(key: ContentKey): Promise<{ readonly size: number } | undefined>;

  /** Succeeds as well when there is nothing under the key. */
  delete(key: ContentKey): Promise<void>;

  /** All keys that begin with the prefix, and when the last byte of each arrived. */
  list(prefix: string): AsyncIterable<{ readonly key: string; readonly modifiedAt: Instant }>;

  /** Deletes contents that were never completed and have not grown since `before`. Returns how many. */
  removeUnfinished(before: Instant): Promise<number>;
}
