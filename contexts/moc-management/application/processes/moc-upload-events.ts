import type { Instant, Message, UserId } from '@lego-moc/kernel/message';
import type { Description, FileId, FileKind, JobId, MocId, PartsListId } from '../../domain/moc-events.ts';
import type { StoredFile } from '../ports/file-store.ts';

/** What the upload is for: a new MOC, or more files for one that is there. */
export type UploadIntent =
  | ({ readonly kind: 'create'; readonly title: string } & Description)
  | { readonly kind: 'add'; readonly partsListTitle: string };

/** A builder began to send files. Nothing of it stands yet. */
export type UploadBegun = Message<'UploadBegun', { mocId: MocId; owner: UserId; begunAt: Instant }>;

/** The bytes of a file are about to be stored under this id: from here on there may be something to clean up. */
export type FileAnnounced = Message<'FileAnnounced', { fileId: FileId; kind: FileKind; name: string }>;

/** Bytes are still coming in. */
export type StillReceiving = Message<'StillReceiving', { at: Instant }>;

/** All bytes of a file are stored and found clean. */
export type FileReceived = Message<'FileReceived', StoredFile>;

/** The builder sent everything, and said what it is for. From here on the platform finishes it alone. */
export type UploadReceived = Message<'UploadReceived', { intent: UploadIntent; receivedAt: Instant }>;

/** The new MOC's title is its own. */
export type UploadTitleSecured = Message<'UploadTitleSecured', { title: string }>;

/** The MOC has the files and parts lists of this upload. */
export type FilesFiled = Message<'FilesFiled', { mocId: MocId }>;

/** File processing took on the reading of a parts list. */
export type PartsReadingRequested = Message<'PartsReadingRequested', { partsListId: PartsListId; jobId: JobId }>;

/** File processing was away for too long: the parts lists it has not taken on will not be read. */
export type PartsReadingOverdue = Message<'PartsReadingOverdue', { at: Instant }>;

/** The MOC knows that a parts list of it will not be read. */
export type PartsReadingGivenUp = Message<'PartsReadingGivenUp', { partsListId: PartsListId }>;

/**
 * The upload comes to nothing: everything done for it is undone. `code` is the problem its sender is told, `kind` that
 * of the file at fault, if one is.
 */
export type UploadAbandoned = Message<'UploadAbandoned', { code: string; because: string; kind?: FileKind }>;

/** The bytes of an announced file are gone, and none may arrive under its id any more. */
export type FileDiscarded = Message<'FileDiscarded', { fileId: FileId }>;

/** The title that was secured for the abandoned upload is free again. */
export type UploadTitleReleased = Message<'UploadTitleReleased', { mocId: MocId }>;

export type MocUploadEvent =
  | UploadBegun
  | FileAnnounced
  | StillReceiving
  | FileReceived
  | UploadReceived
  | UploadTitleSecured
  | FilesFiled
  | PartsReadingRequested
  | PartsReadingOverdue
  | PartsReadingGivenUp
  | UploadAbandoned
  | FileDiscarded
  | UploadTitleReleased;
