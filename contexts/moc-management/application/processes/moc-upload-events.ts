import type { Instant, Message, UserId } from '@lego-moc/kernel/message';
import type { Description, FileId, FileKind, JobId, MocId, PartsListId } from '../../domain/moc-events.ts';
import type { GalleryItem } from '../../domain/gallery-link-events.ts';
import type { PreparedLink } from '../../domain/gallery-links.ts';
import type { ParentVersion } from '../../domain/lineage.ts';
import type { StoredFile } from '../ports/file-store.ts';

/**
 * The purpose of the upload: a new MOC, more files for an existing one, or another file for one of its parts lists.
 * `source` is the stored file to attach, if none is sent. `revision` is the only one of the MOC at which the sender wants the list to be replaced.
 */
export type UploadIntent =
  | ({
      readonly kind: 'create';
      readonly title: string;
      readonly parent?: ParentVersion;
      /** With copies of the parent's files. */
      readonly copyFiles?: true;
      /** What it links of the gallery. */
      readonly galleryItems?: readonly GalleryItem[];
    } & Description)
  | { readonly kind: 'add'; readonly partsListTitle: string; readonly source?: FileId }
  | { readonly kind: 'replace'; readonly partsListId: PartsListId; readonly revision?: string };

/** A builder began to send files; none is attached to a MOC yet. `roles` are theirs: absent in older events and for none. */
export type UploadBegun = Message<
  'UploadBegun',
  { mocId: MocId; owner: UserId; begunAt: Instant; roles?: readonly string[] }
>;

/** The bytes of a file are about to be stored under this id: from now on there may be bytes to discard. */
export type FileAnnounced = Message<'FileAnnounced', { fileId: FileId; kind: FileKind; name: string }>;

/** Bytes are still coming in. */
export type StillReceiving = Message<'StillReceiving', { at: Instant }>;

/** All bytes of a file are stored and found clean. */
export type FileReceived = Message<'FileReceived', StoredFile>;

/** The upload arrived completely. From here on the process finishes it without its sender. */
export type UploadReceived = Message<'UploadReceived', { intent: UploadIntent; receivedAt: Instant }>;

/** The title is secured for the new MOC. */
export type UploadTitleSecured = Message<'UploadTitleSecured', { title: string }>;

/** The gallery knows the items that the new MOC is to link; unverified ones while it is away. */
export type LinksPrepared = Message<'LinksPrepared', { links: readonly PreparedLink[] }>;

/**
 * A file that the new MOC gets a copy of. `list…` is what the owner says of the parts list that it holds, if it holds one,
 * and `sourceJob` the job that has read that: what was decided about its colours and columns holds for the copy.
 */
export type PlannedCopy = {
  readonly fileId: FileId;
  readonly source: FileId;
  readonly sourceOwner: UserId;
  readonly listTitle?: string;
  readonly listDescription?: string;
  readonly sourceJob?: JobId;
};

/** The files of the parent's version that will be copied. From now on there may be bytes to discard. */
export type CopiesPlanned = Message<'CopiesPlanned', { copies: readonly PlannedCopy[] }>;

/** The MOC has the files and parts lists of this upload. */
export type FilesFiled = Message<'FilesFiled', { mocId: MocId }>;

/** File processing accepted a parts list. */
export type PartsReadingRequested = Message<'PartsReadingRequested', { partsListId: PartsListId; jobId: JobId }>;

/** File processing was unavailable for too long: the parts lists it has not accepted will not be read. */
export type PartsReadingOverdue = Message<'PartsReadingOverdue', { at: Instant }>;

/** The MOC records that a parts list will not be read. */
export type PartsReadingGivenUp = Message<'PartsReadingGivenUp', { partsListId: PartsListId }>;

/**
 * The upload failed and everything done for it is undone. `code` is the type of the problem, `kind` the kind of the
 * file at fault, if one is, and `details` are the numbers that explain it.
 */
export type UploadAbandoned = Message<
  'UploadAbandoned',
  { code: string; because: string; kind?: FileKind; details?: { readonly [name: string]: number } }
>;

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
  | LinksPrepared
  | CopiesPlanned
  | FilesFiled
  | PartsReadingRequested
  | PartsReadingOverdue
  | PartsReadingGivenUp
  | UploadAbandoned
  | FileDiscarded
  | UploadTitleReleased;
