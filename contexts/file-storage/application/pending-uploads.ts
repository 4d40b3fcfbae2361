import { text } from 'node:stream/consumers';
import { setInterval as everyInterval } from 'node:timers/promises';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { ContentKey, FileId } from '../domain/file-events.ts';
import type { ContentStore } from './ports/content-store.ts';

export type PendingUpload = {
  readonly fileId: FileId;
  /** The key of its content, if it has arrived; `undefined` for a file that is being discarded. */
  readonly key: ContentKey;
  readonly since: Instant;
};

/** An upload or a discard that this process is working on. */
export interface WorkInProgress {
  /** Removes the marker. */
  end(): Promise<void>;
  /** Leaves the marker to the sweep. */
  leave(): void;
}

/**
 * A marker for each upload and each discard in progress, as a small object under `pending/`. It is durable before the
 * first byte of content, so the remains of any crash are found among the markers alone, however many files are stored.
 */
export interface PendingUploads {
  /** Marks work for `owner`, if known, and renews the marker until the work ends: an old marker is of a dead process. */
  begin(key: ContentKey, owner?: UserId): Promise<WorkInProgress>;
  end(key: ContentKey): Promise<void>;
  list(): AsyncIterable<PendingUpload>;
  /** The owner that the marker names, if it does. */
  ownerOf(key: ContentKey): Promise<UserId | undefined>;
  isMarked(key: ContentKey): Promise<boolean>;
}

const PREFIX = 'pending/';

const markerOf = (key: ContentKey): ContentKey => `${PREFIX}${key}` as ContentKey;

// eslint-disable-next-line @typescript-eslint/require-await -- an async iterable of one chunk
async function* markerFor(owner: UserId | undefined): AsyncGenerator<Uint8Array> {
  if (owner !== undefined) yield Buffer.from(owner, 'utf8');
}

/** A quarter of the time after which the sweep takes a process for dead. */
const RENEW_EVERY_MS = 5_000;

const renew = async (write: () => Promise<void>, everyMs: number, signal: AbortSignal): Promise<void> => {
  try {
    // eslint-disable-next-line @typescript-eslint/no-unused-vars -- a tick has no value
    for await (const _ of everyInterval(everyMs, undefined, { signal, ref: false })) {
      // A renewal that fails is made up for by the next one.
      await write().catch(() => undefined);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
};

export const pendingUploads = (
  contents: ContentStore,
  { renewEveryMs = RENEW_EVERY_MS }: { readonly renewEveryMs?: number } = {},
): PendingUploads => {
  const end = (key: ContentKey): Promise<void> => contents.delete(markerOf(key));
  return {
    begin: async (key, owner) => {
      const write = (): Promise<void> => contents.put(markerOf(key), markerFor(owner));
      await write();
      const stopping = new AbortController();
      const renewal = renew(write, renewEveryMs, stopping.signal);
      return {
        leave: () => stopping.abort(),
        end: async () => {
          stopping.abort();
          await renewal;
          await end(key);
        },
      };
    },
    end,
    list: async function* () {
      for await (const { key, modifiedAt } of contents.list(PREFIX)) {
        const contentKey = key.slice(PREFIX.length) as ContentKey;
        const [fileId = ''] = contentKey.split('/', 1);
        yield { fileId: fileId as FileId, key: contentKey, since: modifiedAt };
      }
    },
    ownerOf: async (key) => {
      const content = await contents.get(markerOf(key));
      const owner = content === undefined ? '' : await text(content);
      return owner === '' ? undefined : (owner as UserId);
    },
    isMarked: async (key) => (await contents.head(markerOf(key))) !== undefined,
  };
};

/** The marker of a file that is being discarded. */
export const discardKey = (fileId: FileId): ContentKey => `${fileId}/discard` as ContentKey;
