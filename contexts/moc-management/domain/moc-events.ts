import type { Brand, Instant, Message, UserId } from '@lego-moc/kernel/message';
import type { Composition } from './composition.ts';
import type { Description } from './description.ts';
import type { GalleryLinkEvent } from './gallery-link-events.ts';
import type { Credit } from './lineage.ts';
import type { MocId } from './moc-id.ts';

export type { Description } from './description.ts';
export type { MocId } from './moc-id.ts';

export type FileId = Brand<string, 'FileId'>;
export type PartsListId = Brand<string, 'PartsListId'>;
export type JobId = Brand<string, 'JobId'>;

export type FileKind = 'instruction' | 'parts-list' | 'thumbnail' | 'gallery-image';

/** A file that lies in file storage and belongs to one MOC. */
export type AttachedFile = {
  readonly fileId: FileId;
  readonly kind: FileKind;
  readonly name: string;
  readonly mediaType: string;
  readonly sizeBytes: number;
  readonly sha256: string;
};

/** A parts list and its origin: the file that holds it, and the job that reads that file. */
export type ListedParts = {
  readonly partsListId: PartsListId;
  readonly title: string;
  readonly fileId: FileId;
  readonly jobId: JobId;
};

/** A parts list as it comes to a MOC: a copy brings its description along. */
export type NewParts = ListedParts & { readonly description?: string };

/** A file that was sent to take the place of a parts list's own, and the job that reads it. */
export type Replacement = { readonly fileId: FileId; readonly jobId: JobId };

/** The totals of a parts list. `unknown…` are lots whose part or colour the catalogue does not have. */
export type PartsCount = {
  readonly lots: number;
  readonly pieces: number;
  readonly unknownParts: number;
  readonly unknownColours: number;
  /** Colours and telling parts of the list. Absent in older counts. */
  readonly composition?: Composition;
  /** Lots that are not in `pieces`, since their quantity or part cannot be read. Absent in older counts. */
  readonly problemLots?: number;
  /** How often the result of the job had changed when this was counted; absent when never. */
  readonly changes?: number;
};

/** A builder began a MOC. Visible to its owner only. */
export type MocDrafted = Message<
  'MocDrafted',
  {
    mocId: MocId;
    owner: UserId;
    title: string;
    draftedAt: Instant;
    /** The version that it was made of, and those that were before it; absent when it was made of none. */
    lineage?: readonly Credit[];
  } & Description
>;

/** The owner gave the MOC another title. */
export type MocRetitled = Message<'MocRetitled', { mocId: MocId; title: string }>;

/** The owner changed the description of the MOC. */
export type MocDescribed = Message<'MocDescribed', { mocId: MocId } & Description>;

/** A stored file became part of the MOC. */
export type FileAttached = Message<'FileAttached', { mocId: MocId; file: AttachedFile }>;

/** A file is no longer part of the MOC; its bytes may be deleted. */
export type FileDetached = Message<'FileDetached', { mocId: MocId; fileId: FileId }>;

/** The owner put the parts of the instructions into another order. */
export type InstructionsOrdered = Message<'InstructionsOrdered', { mocId: MocId; order: readonly FileId[] }>;

/** A file that was withdrawn, as its owner is told of it. */
export type WithdrawnFile = Pick<AttachedFile, 'fileId' | 'kind' | 'name'> & {
  /** What the virus scanner found in it. */
  readonly infectedWith: string;
  readonly withdrawnAt: Instant;
};

/** A later scan found a virus in a file: it is no longer part of the MOC, nor of any of its versions. */
export type FileWithdrawn = Message<'FileWithdrawn', { mocId: MocId; file: WithdrawnFile }>;

/** One of the MOC's files was named as a list of the parts it needs. */
export type PartsListed = Message<'PartsListed', { mocId: MocId; list: ListedParts }>;

/** The owner gave a parts list another title. */
export type PartsListRetitled = Message<'PartsListRetitled', { mocId: MocId; partsListId: PartsListId; title: string }>;

/** The owner described a parts list. */
export type PartsListDescribed = Message<
  'PartsListDescribed',
  { mocId: MocId; partsListId: PartsListId; description: string }
>;

/** A parts list was read to its end. Reading it again with a newer catalogue is a new count. */
export type PartsCounted = Message<'PartsCounted', { mocId: MocId; partsListId: PartsListId; count: PartsCount }>;

/** A parts list could not be read: `code` says why to a program, `because` to its owner. */
export type PartsFoundUnreadable = Message<
  'PartsFoundUnreadable',
  { mocId: MocId; partsListId: PartsListId; code: string; because: string }
>;

/** The colour ids of a parts list may be those of two schemes: its owner decides which, with the job that reads it. */
export type PartsDecisionNeeded = Message<'PartsDecisionNeeded', { mocId: MocId; partsListId: PartsListId }>;

/** The owner sent another file for a parts list, which stays as it is until that file is counted. */
export type PartsReplacementListed = Message<
  'PartsReplacementListed',
  { mocId: MocId; partsListId: PartsListId; replacement: Replacement }
>;

/** The colour ids of the file sent for a parts list may be those of two schemes: its owner decides which. */
export type PartsReplacementUndecided = Message<
  'PartsReplacementUndecided',
  { mocId: MocId; partsListId: PartsListId }
>;

/** The file sent for a parts list could not be read, so the list stays as it was. */
export type PartsReplacementRefused = Message<
  'PartsReplacementRefused',
  { mocId: MocId; partsListId: PartsListId; code: string; because: string }
>;

/** The file sent for a parts list was counted and is the list's file from here on. */
export type PartsReplaced = Message<'PartsReplaced', { mocId: MocId; partsListId: PartsListId; count: PartsCount }>;

/** A parts list no longer counts for the MOC. */
export type PartsUnlisted = Message<'PartsUnlisted', { mocId: MocId; partsListId: PartsListId }>;

/**
 * The owner opened the MOC to everyone, before publications were versions: every later change is seen at once, until a
 * version is published.
 */
export type MocPublished = Message<'MocPublished', { mocId: MocId; publishedAt: Instant }>;

/** The owner published the MOC as it is: its text, files and parts lists are this version for good. */
export type VersionPublished = Message<'VersionPublished', { mocId: MocId; version: number; publishedAt: Instant }>;

/** The owner brought the content of a version back as the draft. The events after this one say what changed. */
export type MocReverted = Message<'MocReverted', { mocId: MocId; version: number }>;

/** The owner named the MOC that takes the place of this one, or withdrew that. */
export type SuccessorNamed = Message<'SuccessorNamed', { mocId: MocId; successor: MocId | null }>;

/** The MOC is gone for its owner and for everyone; its history stays. */
export type MocDeleted = Message<'MocDeleted', { mocId: MocId; deletedAt: Instant }>;

export type MocEvent =
  | MocDrafted
  | MocRetitled
  | MocDescribed
  | FileAttached
  | FileDetached
  | InstructionsOrdered
  | FileWithdrawn
  | PartsListed
  | PartsListRetitled
  | PartsListDescribed
  | PartsCounted
  | PartsFoundUnreadable
  | PartsDecisionNeeded
  | PartsReplacementListed
  | PartsReplacementUndecided
  | PartsReplacementRefused
  | PartsReplaced
  | PartsUnlisted
  | GalleryLinkEvent
  | MocPublished
  | VersionPublished
  | MocReverted
  | SuccessorNamed
  | MocDeleted;
