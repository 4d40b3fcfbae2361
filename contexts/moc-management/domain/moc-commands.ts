import type { Instant, Message, UserId } from '@lego-moc/kernel/message';
import type { DescriptionChange } from './description.ts';
import type { Credit } from './lineage.ts';
import type { DropGalleryLink, OwnersLinkCommand, PreparedLink, VerifyGalleryLink } from './gallery-links.ts';
import type {
  AttachedFile,
  Description,
  FileId,
  JobId,
  MocId,
  NewParts,
  PartsCount,
  PartsListId,
} from './moc-events.ts';

/** Begins a MOC, with the files and parts lists of its upload. */
export type DraftMoc = Message<
  'DraftMoc',
  {
    mocId: MocId;
    by: UserId;
    at: Instant;
    title: string;
    lineage?: readonly Credit[];
    galleryLinks?: readonly PreparedLink[];
    files: readonly AttachedFile[];
    partsLists: readonly NewParts[];
  } & Description
>;

/** Changes the given fields and keeps the others. */
export type ReviseMoc = Message<'ReviseMoc', { mocId: MocId; by: UserId; title?: string } & DescriptionChange>;

export type AttachFiles = Message<
  'AttachFiles',
  { mocId: MocId; by: UserId; files: readonly AttachedFile[]; partsLists: readonly NewParts[] }
>;
export type DetachFile = Message<'DetachFile', { mocId: MocId; by: UserId; fileId: FileId }>;
/** Names all parts of the instructions in their new order. */
export type OrderInstructions = Message<'OrderInstructions', { mocId: MocId; by: UserId; order: readonly FileId[] }>;
/** Changes the given fields of a parts list and keeps the others. */
export type RevisePartsList = Message<
  'RevisePartsList',
  { mocId: MocId; by: UserId; partsListId: PartsListId; title?: string; description?: string }
>;
/** Sends another file for a parts list; it takes the list's place once it is counted. */
export type ReplacePartsList = Message<
  'ReplacePartsList',
  { mocId: MocId; by: UserId; partsListId: PartsListId; file: AttachedFile; jobId: JobId }
>;
export type UnlistParts = Message<'UnlistParts', { mocId: MocId; by: UserId; partsListId: PartsListId }>;
export type PublishMoc = Message<'PublishMoc', { mocId: MocId; by: UserId; at: Instant }>;
/** Brings the content of a version back, as a draft. */
export type RevertMoc = Message<'RevertMoc', { mocId: MocId; by: UserId; version: number }>;
/** Names the MOC that takes the place of this one, and says whether everybody can see that; null for none. */
export type NameSuccessor = Message<
  'NameSuccessor',
  { mocId: MocId; by: UserId; successor: MocId | null; isPublished: boolean }
>;
export type DeleteMoc = Message<'DeleteMoc', { mocId: MocId; by: UserId; at: Instant }>;

/** Sent by the platform: the result of file processing for a parts list. */
export type CountParts = Message<
  'CountParts',
  { mocId: MocId; partsListId: PartsListId; jobId: JobId; count: PartsCount }
>;
export type GiveUpOnParts = Message<
  'GiveUpOnParts',
  { mocId: MocId; partsListId: PartsListId; jobId: JobId; code: string; because: string }
>;
/**
 * Sent by the platform: file processing cannot tell whose colour ids a parts list uses; the owner decides that there.
 */
export type AwaitPartsDecision = Message<
  'AwaitPartsDecision',
  { mocId: MocId; partsListId: PartsListId; jobId: JobId }
>;

/** Sent by the platform: takes a file in which a later scan has found a virus from the MOC and its versions, and parts lists with it. */
export type WithdrawFile = Message<'WithdrawFile', { mocId: MocId; fileId: FileId; infectedWith: string; at: Instant }>;

/** The commands of the owner. */
export type OwnersCommand =
  | ReviseMoc
  | AttachFiles
  | DetachFile
  | OrderInstructions
  | RevisePartsList
  | ReplacePartsList
  | UnlistParts
  | OwnersLinkCommand
  | PublishMoc
  | RevertMoc
  | NameSuccessor
  | DeleteMoc;

export type MocCommand =
  | DraftMoc
  | OwnersCommand
  | CountParts
  | GiveUpOnParts
  | AwaitPartsDecision
  | WithdrawFile
  | VerifyGalleryLink
  | DropGalleryLink;
