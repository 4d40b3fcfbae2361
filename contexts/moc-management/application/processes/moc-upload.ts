import { unreachable } from '@lego-moc/kernel/decider';
import { msBetween } from '@lego-moc/kernel/instant';
import type { Instant, Message, UserId } from '@lego-moc/kernel/message';
import type { Process } from '@lego-moc/kernel/process';
import type { SetDetails } from '../../domain/description.ts';
import type { AttachedFile, FileId, ListedParts, MocId } from '../../domain/moc-events.ts';
import type { GalleryItem } from '../../domain/gallery-link-events.ts';
import type { PreparedLink } from '../../domain/gallery-links.ts';
import type { ParentVersion } from '../../domain/lineage.ts';
import type { MocUploadEvent, PlannedCopy, UploadIntent } from './moc-upload-events.ts';
import {
  claimOf,
  evolveUpload,
  listsOf,
  missingCopies,
  type MocUpload,
  type ReceivedUpload,
  type UploadedParts,
} from './moc-upload-state.ts';

type Claim = { mocId: MocId; owner: UserId; title: string; set?: SetDetails };

export type SecureUploadTitle = Message<'SecureUploadTitle', Claim>;
/** Asks the gallery for what the new MOC is to link. */
export type PrepareLinks = Message<'PrepareLinks', { mocId: MocId; owner: UserId; items: readonly GalleryItem[] }>;
/** Decides which files of the parent's version the new MOC gets copies of. */
export type PlanCopies = Message<'PlanCopies', { mocId: MocId; owner: UserId; parent: ParentVersion | undefined }>;
export type CopyFile = Message<'CopyFile', PlannedCopy & { owner: UserId; roles: readonly string[] }>;
export type FileUpload = Message<
  'FileUpload',
  {
    mocId: MocId;
    owner: UserId;
    intent: UploadIntent;
    files: readonly AttachedFile[];
    galleryLinks: readonly PreparedLink[];
    partsLists: readonly UploadedParts[];
  }
>;
export type RequestPartsReading = Message<
  'RequestPartsReading',
  { mocId: MocId; owner: UserId; list: UploadedParts; fileName: string }
>;
export type GiveUpOnReading = Message<'GiveUpOnReading', { mocId: MocId; list: ListedParts }>;
export type ReleaseUploadTitle = Message<'ReleaseUploadTitle', Claim>;
export type DiscardFile = Message<'DiscardFile', { fileId: FileId }>;

export type MocUploadCommand =
  | SecureUploadTitle
  | PrepareLinks
  | PlanCopies
  | CopyFile
  | FileUpload
  | RequestPartsReading
  | GiveUpOnReading
  | ReleaseUploadTitle
  | DiscardFile;

/** Three heart-beats: after that the receiving process is taken for crashed and the upload is undone. */
export const RECEIVING_SILENCE_MAX_MS = 15_000;

/** How long no copy may be made before an upload that waits for copies is undone. */
export const COPYING_MAX_MS = 30_000;

/** How long file processing may be unavailable before the upload's parts lists are marked unreadable. */
export const REQUESTING_MAX_MS = 10 * 60_000;

const dueWhenReceived = (upload: ReceivedUpload): readonly MocUploadCommand[] => {
  if (upload.step === 'complete') return [];
  return upload.step === 'requesting' ? dueReading(upload) : dueFiling(upload);
};

const due = (upload: MocUpload): readonly MocUploadCommand[] => {
  if ('intent' in upload) return dueWhenReceived(upload);
  switch (upload.step) {
    case 'undoing': {
      const { mocId, owner, claim, announcedIds } = upload;
      const discards = announcedIds
        .toReversed()
        .map((fileId): DiscardFile => ({ type: 'DiscardFile', data: { fileId } }));
      return claim === undefined
        ? discards
        : [{ type: 'ReleaseUploadTitle', data: { mocId, owner, ...claim } }, ...discards];
    }
    case 'not-begun':
    case 'receiving':
    case 'undone':
      return [];
    default:
      return unreachable(upload);
  }
};

type Filing = MocUpload & { step: 'securing-title' | 'preparing-links' | 'planning-copies' | 'copying' | 'filing' };

const dueFiling = (upload: Filing): readonly MocUploadCommand[] => {
  const { step, mocId, owner, roles, intent, galleryLinks, receivedFiles: files } = upload;
  if (step === 'securing-title' && intent.kind === 'create') {
    return [{ type: 'SecureUploadTitle', data: { mocId, owner, ...claimOf(intent) } }];
  }
  if (step === 'preparing-links' && intent.kind === 'create')
    return [{ type: 'PrepareLinks', data: { mocId, owner, items: intent.galleryItems ?? [] } }];
  if (step === 'planning-copies' && intent.kind === 'create')
    return [{ type: 'PlanCopies', data: { mocId, owner, parent: intent.parent } }];
  if (step === 'copying')
    return missingCopies(upload).map((copy) => ({ type: 'CopyFile', data: { ...copy, owner, roles } }));
  return [{ type: 'FileUpload', data: { mocId, owner, intent, files, galleryLinks, partsLists: listsOf(upload) } }];
};

const dueReading = (upload: MocUpload & { step: 'requesting' }): readonly MocUploadCommand[] => {
  const { mocId, owner, receivedFiles, settledLists, givingUp } = upload;
  return listsOf(upload)
    .filter(({ partsListId }) => !settledLists.includes(partsListId))
    .map((list): MocUploadCommand => {
      if (givingUp) return { type: 'GiveUpOnReading', data: { mocId, list } };
      const fileName = receivedFiles.find(({ fileId }) => fileId === list.fileId)?.name ?? list.title;
      return { type: 'RequestPartsReading', data: { mocId, owner, list, fileName } };
    });
};

const overdue = (upload: MocUpload, lastMovedAt: Instant, now: Instant): readonly MocUploadEvent[] => {
  const silentMs = msBetween(lastMovedAt, now);
  if (upload.step === 'receiving' && silentMs > RECEIVING_SILENCE_MAX_MS) {
    return [{ type: 'UploadAbandoned', data: { code: 'upload-interrupted', because: 'The upload broke off.' } }];
  }
  if (upload.step === 'copying' && silentMs > COPYING_MAX_MS) {
    const because = 'The files of the parent could not be copied in time. Send the request again.';
    return [{ type: 'UploadAbandoned', data: { code: 'upload-interrupted', because } }];
  }
  if (upload.step === 'requesting' && !upload.givingUp && silentMs > REQUESTING_MAX_MS) {
    return [{ type: 'PartsReadingOverdue', data: { at: now } }];
  }
  return [];
};

/** An upload from its first byte to a complete MOC, or to nothing at all. */
export const mocUpload: Process<MocUploadEvent, MocUpload, MocUploadCommand> = {
  name: 'mocUpload',
  initial: { step: 'not-begun' },
  evolve: evolveUpload,
  due,
  independent: ['RequestPartsReading', 'GiveUpOnReading', 'DiscardFile'] satisfies MocUploadCommand['type'][],
  overdue,
};
