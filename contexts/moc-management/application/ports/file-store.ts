import type { Rejection } from '@lego-moc/kernel/decider';
import type { Cause } from '@lego-moc/application/event-streams';
import type { UserId } from '@lego-moc/kernel/message';
import type { DownloadReply, LinkedImage } from '../../contracts/files-api.ts';
import type { AttachedFile, FileId, FileKind } from '../../domain/moc-events.ts';

/** A file being received. `content` is read once. */
export type IncomingFile = {
  readonly fileId: FileId;
  readonly owner: UserId;
  /** Of the owner: they say how much the owner may store. */
  readonly roles: readonly string[];
  readonly kind: FileKind;
  readonly name: string;
  readonly content: AsyncIterable<Uint8Array>;
};

/** A file to be made of the content of another one that the owner has stored already. */
export type FileToCopy = {
  readonly fileId: FileId;
  readonly source: FileId;
  readonly owner: UserId;
  /** Whose the source is, if it is somebody else's. */
  readonly sourceOwner?: UserId;
  /** Of the owner. */
  readonly roles?: readonly string[];
};

/** A file in the form that was sent. */
export type SentFile = { readonly name: string; readonly sha256: string };

/** A stored file; `sent` describes the original where another form of it is stored. */
export type StoredFile = { readonly file: AttachedFile; readonly sent?: SentFile };

/** Stores the bytes of files. */
export interface FileStore {
  /**
   * Stores a file once for its id. Images are stored as WebP without metadata. A file of a wrong type, too large,
   * unreadable, infected or beyond the owner's quota is refused; an outage is thrown.
   */
  store(file: IncomingFile, cause: Cause): Promise<StoredFile | Rejection>;
  /** The kind and name of a stored file of this owner; `undefined` when the owner has none with this id. */
  find(fileId: FileId, owner: UserId): Promise<Pick<AttachedFile, 'kind' | 'name'> | undefined>;
  /** Makes a file of a stored one. Safe to repeat; refused when the source is gone or the owner has no room for it. */
  copy(file: FileToCopy, cause: Cause): Promise<StoredFile | Rejection>;
  /** Removes the bytes under an id and refuses the id from then on. Idempotent. Throws when that could not be done. */
  discard(fileId: FileId, cause: Cause): Promise<void>;
  /** A URL that anybody may read the file from for a while; `undefined` when its bytes are gone. */
  downloadUrl(fileId: FileId, name: string): Promise<DownloadReply | undefined>;
  /**
   * The processed images among the files, with a URL of each rendition that anybody may read it from for a while, and
   * those whose renditions cannot be made.
   */
  images(fileIds: readonly FileId[]): Promise<ReadonlyMap<FileId, LinkedImage | 'failed'>>;
}
