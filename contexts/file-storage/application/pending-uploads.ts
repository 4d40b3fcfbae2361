import type { Instant } from '@lego-moc/kernel/message';
import type { ContentKey, FileId } from '../domain/file-events.ts';
import type { ContentStore } from './ports/content-store.ts';

export type PendingUpload = {
  readonly fileId: FileId;
  /** The key of its content, if it has arrived; `undefined` for a file that is being discarded. */
  readonly key: ContentKey;
  readonly since: Instant;
};

/**
 * A marker for each upload and each discard in progress, as an empty object under `pending/`. It is durable before the
 * first byte of content, so the remains of any crash are found among the markers alone, however many files are stored.
 */
export interface PendingUploads {
  begin(key: ContentKey): Promise<void>;
  end(key: ContentKey): Promise<void>;
  list(): AsyncIterable<PendingUpload>;
}

const PREFIX = 'pending/';

const markerOf = (key: ContentKey): ContentKey => `${PREFIX}${key}` as ContentKey;

async function* empty(): AsyncGenerator<Uint8Array> {
  // A marker has no content.
}

export const pendingUploads = (contents: Pick<ContentStore, 'put' | 'delete' | 'list'>): PendingUploads => ({
  begin: (key) => contents.put(markerOf(key), empty()),
  end: (key) => contents.delete(markerOf(key)),
  list: async function* () {
    for await (const { key, modifiedAt } of contents.list(PREFIX)) {
      const contentKey = key.slice(PREFIX.length) as ContentKey;
      const [fileId = ''] = contentKey.split('/', 1);
      yield { fileId: fileId as FileId, key: contentKey, since: modifiedAt };
    }
  },
});

/** The marker of a file that is being discarded. */
export const discardKey = (fileId: FileId): ContentKey => `${fileId}/discard` as ContentKey;
