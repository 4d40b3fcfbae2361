import type { Cause } from '@lego-moc/application/event-streams';
import { isRejection, reject, type Rejection } from '@lego-moc/kernel/decider';
import type { UserId } from '@lego-moc/kernel/message';
import type { ContentKey, FileId } from '../domain/file-events.ts';
import { contentKeyOf, discardedRefusal, type StoredState } from '../domain/file.ts';
import { measure } from './measure.ts';
import type { ContentStore } from './ports/content-store.ts';
import type { VirusScanner } from './ports/virus-scanner.ts';
import type { ReceiveContent } from './receive-content.ts';
import { recordFile, uploadFile, type UploadOptions, type UploadRejection, type UploadResult } from './upload-file.ts';

export type FileCopy = {
  /** Of the copy. */
  readonly fileId: FileId;
  readonly source: FileId;
  readonly owner: UserId;
  /** Whose the source is. */
  readonly sourceOwner: UserId;
  /** Of the copy's owner: the largest of their quotas holds when the source is somebody else's. */
  readonly roles: readonly string[];
  /** Identifies this attempt: no other may ever have used it. */
  readonly key: ContentKey;
};

/**
 * Makes another file of the content of a stored one. That takes no more space of the same owner; for another one it is an
 * upload like any other, but that an image is not converted again. Safe to repeat.
 */
export type CopyFile = (copy: FileCopy, cause: Cause) => Promise<UploadResult | Rejection<UploadRejection>>;

type Outcome = Awaited<ReturnType<CopyFile>>;

export type CopyOptions = Omit<UploadOptions, 'receive'> & {
  readonly contents: Pick<ContentStore, 'get' | 'put'>;
  readonly scanner: VirusScanner;
};

const notFound = reject('file-not-found', 'You have no such file. It may have been deleted, or never completed.');

/** Stores the content of a file as it is, after another scan: the scanner may know more by now. */
const receiveAsItIs =
  ({ contents, scanner }: CopyOptions, { name, mediaType, sentSha256 }: StoredState): ReceiveContent =>
  async ({ key, content, onGrowth }, bytesMax) => {
    const scan = await scanner.begin();
    try {
      const { stream, summary } = measure(content, bytesMax, { scan, ...(onGrowth && { onGrowth }) });
      await contents.put(key, stream);
      const result = await scan.result();
      const infectedWith = result === 'clean' ? null : result.infectedWith;
      const originalHash = sentSha256 === undefined ? {} : { sentSha256 };
      return { name, mediaType, ...summary(), ...originalHash, infectedWith };
    } finally {
      scan.cancel();
    }
  };

/** An upload of the content of somebody else's file. */
const storeForAnother = async (options: CopyOptions, copy: FileCopy, source: StoredState, cause: Cause) => {
  const content = await options.contents.get(contentKeyOf(source));
  if (content === undefined) return notFound;
  const upload = uploadFile({ ...options, receive: receiveAsItIs(options, source) });
  const { purpose, name, size: declaredSize } = source;
  return upload({ ...copy, purpose, name, declaredSize }, content, cause);
};

/**
 * The account decides whether the content is still there: it counts the copy under the content's key, which then stays,
 * whatever becomes of the source. A marker lets the sweep free the count of a copy whose process dies.
 */
const shareContent = (options: CopyOptions) => {
  const { storedContent, pending, accounts } = options;
  const { record } = recordFile(options);

  const countAndRecord = async (copy: FileCopy, source: StoredState, cause: Cause) => {
    const { fileId, owner, key } = copy;
    const { purpose, name, mediaType, size, sha256, sentSha256 } = source;
    const contentKey = await accounts.count({ owner, attempt: key, fileId, sha256, size }, cause);
    if (contentKey === key) return notFound;
    const originalHash = sentSha256 === undefined ? {} : { sentSha256 };
    const receivedContent = { name, mediaType, size, sha256, ...originalHash, infectedWith: null };
    return record({ fileId, owner, purpose, key }, receivedContent, contentKey, cause);
  };

  return async (copy: FileCopy, source: StoredState, cause: Cause): Promise<Outcome> => {
    const { owner, key } = copy;
    const work = await pending.begin(key, owner);
    try {
      const outcome = await countAndRecord(copy, source, cause);
      if (isRejection<UploadRejection>(outcome) || !outcome.isNew) await storedContent.remove(owner, key, cause);
      await work.end();
      return outcome;
    } finally {
      work.leave();
    }
  };
};

export const copyFile = (options: CopyOptions): CopyFile => {
  const { load } = options;
  const share = shareContent(options);

  const make = async (copy: FileCopy, cause: Cause): Promise<Outcome> => {
    const { fileId, owner, sourceOwner } = copy;
    const before = await load(fileId);
    if (before.status === 'discarded') return discardedRefusal;
    if (before.status === 'stored' && before.owner === owner) return { file: before, isNew: false };
    const source = await load(copy.source);
    if (source.status !== 'stored' || source.owner !== sourceOwner) return notFound;
    return owner === sourceOwner ? share(copy, source, cause) : storeForAnother(options, copy, source, cause);
  };

  /** A request that is repeated because its answer takes long waits for the first one. */
  const inFlight = new Map<FileId, Promise<Outcome>>();
  return async (copy, cause) => {
    const copying = inFlight.get(copy.fileId) ?? make(copy, cause);
    inFlight.set(copy.fileId, copying);
    try {
      return await copying;
    } finally {
      inFlight.delete(copy.fileId);
    }
  };
};
