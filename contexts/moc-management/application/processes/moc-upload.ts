import { unreachable } from '@lego-moc/kernel/decider';
import { msBetween } from '@lego-moc/kernel/clock';
import { derivedId } from '@lego-moc/kernel/ids';
import type { Instant, Message, UserId } from '@lego-moc/kernel/message';
import type { Process } from '@lego-moc/kernel/process';
import type { AttachedFile, FileId, JobId, ListedParts, MocId, PartsListId } from '../../domain/moc-events.ts';
import type { MocUploadEvent, UploadIntent } from './moc-upload-events.ts';

export type SecureUploadTitle = Message<'SecureUploadTitle', { mocId: MocId; owner: UserId; title: string }>;
export type FileUpload = Message<
  'FileUpload',
  {
    mocId: MocId;
    owner: UserId;
    intent: UploadIntent;
    files: readonly AttachedFile[];
    partsLists: readonly ListedParts[];
  }
>;
export type RequestPartsReading = Message<
  'RequestPartsReading',
  { mocId: MocId; owner: UserId; list: ListedParts; fileName: string }
>;
export type ReleaseUploadTitle = Message<'ReleaseUploadTitle', { mocId: MocId; owner: UserId; title: string }>;
export type DiscardFile = Message<'DiscardFile', { fileId: FileId }>;

export type MocUploadCommand = SecureUploadTitle | FileUpload | RequestPartsReading | ReleaseUploadTitle | DiscardFile;

/** What an upload has gathered so far. */
type Gathered = {
  readonly attempt: number;
  readonly mocId: MocId;
  readonly owner: UserId;
  /** Ids under which bytes may lie in file storage. */
  readonly announced: readonly FileId[];
  readonly received: readonly AttachedFile[];
};
type Told = Gathered & { readonly intent: UploadIntent };

/**
 * Receiving is the sender's part. Then the title is secured, the files are filed with the MOC in one append, and the
 * reading of parts lists is asked for. An upload that is refused or breaks off is undone in reverse.
 */
export type MocUpload =
  | { readonly step: 'not-begun' }
  | (Gathered & { readonly step: 'receiving' })
  | (Told & { readonly step: 'securing-title' | 'filing' })
  | (Told & { readonly step: 'requesting'; readonly requested: readonly PartsListId[] })
  | (Told & { readonly step: 'complete' })
  | (Gathered & {
      readonly step: 'undoing' | 'undone';
      readonly code: string;
      readonly because: string;
      readonly title: string | undefined;
    });

/** Three heart-beats missed: whoever was receiving is gone. With what follows, all is undone within half a minute. */
export const RECEIVING_SILENCE_MAX_MS = 15_000;

/** How long file processing may be away before its parts lists are called unreadable, and the MOC left incomplete. */
export const REQUESTING_MAX_MS = 10 * 60_000;

/** The parts lists among some files, and the ids by which they and their reading will be known. */
export const partsListsIn = (files: readonly AttachedFile[], titleGiven: string): readonly ListedParts[] =>
  files
    .filter(({ kind }) => kind === 'parts-list')
    .map(({ fileId, name }) => {
      const partsListId = derivedId('parts-list', fileId) as PartsListId;
      const title = titleGiven === '' ? name : titleGiven;
      return { partsListId, title, fileId, jobId: derivedId('job', partsListId) as JobId };
    });

const listsOf = ({ received, intent }: Told): readonly ListedParts[] =>
  partsListsIn(received, intent.kind === 'add' ? intent.partsListTitle : '');

const evolve = (upload: MocUpload, event: MocUploadEvent): MocUpload => {
  if (event.type === 'UploadBegun') {
    const { mocId, owner } = event.data;
    const attempt = upload.step === 'undone' ? upload.attempt + 1 : 1;
    return { step: 'receiving', attempt, mocId, owner, announced: [], received: [] };
  }
  switch (upload.step) {
    case 'not-begun':
    case 'complete':
      return upload;
    case 'receiving':
      return receive(upload, event);
    case 'securing-title':
    case 'filing':
    case 'requesting':
      return finish(upload, event);
    case 'undoing':
    case 'undone':
      return undo(upload, event);
    default:
      return unreachable(upload);
  }
};

const receive = (upload: MocUpload & { step: 'receiving' }, event: MocUploadEvent): MocUpload => {
  switch (event.type) {
    case 'FileAnnounced':
      return { ...upload, announced: [...upload.announced, event.data.fileId] };
    case 'FileReceived':
      return { ...upload, received: [...upload.received, event.data.file] };
    case 'UploadReceived': {
      const { intent } = event.data;
      return { ...upload, intent, step: intent.kind === 'create' ? 'securing-title' : 'filing' };
    }
    case 'UploadAbandoned':
      return { ...upload, step: 'undoing', title: undefined, ...event.data };
    default:
      return upload;
  }
};

const finish = (
  upload: MocUpload & { step: 'securing-title' | 'filing' | 'requesting' },
  event: MocUploadEvent,
): MocUpload => {
  switch (event.type) {
    case 'UploadTitleSecured':
      return upload.step === 'securing-title' ? { ...upload, step: 'filing' } : upload;
    case 'FilesFiled':
      return requesting(upload, []);
    case 'PartsReadingRequested':
    case 'PartsReadingGivenUp':
      return upload.step === 'requesting' ? requesting(upload, [...upload.requested, event.data.partsListId]) : upload;
    case 'UploadAbandoned': {
      const { attempt, mocId, owner, announced, received, intent } = upload;
      const title = upload.step === 'filing' && intent.kind === 'create' ? intent.title : undefined;
      return { step: 'undoing', attempt, mocId, owner, announced, received, title, ...event.data };
    }
    default:
      return upload;
  }
};

const requesting = (
  { attempt, mocId, owner, announced, received, intent }: Told,
  requested: readonly PartsListId[],
): MocUpload => {
  const told = { attempt, mocId, owner, announced, received, intent };
  return requested.length === listsOf(told).length
    ? { ...told, step: 'complete' }
    : { ...told, step: 'requesting', requested };
};

/** A file announced by a sender that had not heard of the end is undone like the others. */
const undo = (upload: MocUpload & { step: 'undoing' | 'undone' }, event: MocUploadEvent): MocUpload => {
  const settle = (left: typeof upload): MocUpload => ({
    ...left,
    step: left.announced.length === 0 && left.title === undefined ? 'undone' : 'undoing',
  });
  switch (event.type) {
    case 'FileAnnounced':
      return settle({ ...upload, announced: [...upload.announced, event.data.fileId] });
    case 'FileDiscarded':
      return settle({ ...upload, announced: upload.announced.filter((fileId) => fileId !== event.data.fileId) });
    case 'UploadTitleReleased':
      return settle({ ...upload, title: undefined });
    default:
      return upload;
  }
};

const due = (upload: MocUpload): readonly MocUploadCommand[] => {
  switch (upload.step) {
    case 'securing-title':
    case 'filing':
      return dueFiling(upload);
    case 'requesting': {
      const { mocId, owner, received, requested } = upload;
      return listsOf(upload)
        .filter(({ partsListId }) => !requested.includes(partsListId))
        .map((list) => {
          const fileName = received.find(({ fileId }) => fileId === list.fileId)?.name ?? list.title;
          return { type: 'RequestPartsReading', data: { mocId, owner, list, fileName } };
        });
    }
    case 'undoing': {
      const { mocId, owner, title, announced } = upload;
      const discards = announced.toReversed().map((fileId): DiscardFile => ({ type: 'DiscardFile', data: { fileId } }));
      return title === undefined
        ? discards
        : [{ type: 'ReleaseUploadTitle', data: { mocId, owner, title } }, ...discards];
    }
    case 'not-begun':
    case 'receiving':
    case 'complete':
    case 'undone':
      return [];
    default:
      return unreachable(upload);
  }
};

const dueFiling = (upload: MocUpload & { step: 'securing-title' | 'filing' }): readonly MocUploadCommand[] => {
  const { step, mocId, owner, intent, received: files } = upload;
  if (step === 'securing-title' && intent.kind === 'create') {
    return [{ type: 'SecureUploadTitle', data: { mocId, owner, title: intent.title } }];
  }
  return [{ type: 'FileUpload', data: { mocId, owner, intent, files, partsLists: listsOf(upload) } }];
};

const overdue = (upload: MocUpload, lastMovedAt: Instant, now: Instant): readonly MocUploadEvent[] => {
  const silentMs = msBetween(lastMovedAt, now);
  if (upload.step === 'receiving' && silentMs > RECEIVING_SILENCE_MAX_MS) {
    return [{ type: 'UploadAbandoned', data: { code: 'upload-interrupted', because: 'The upload broke off.' } }];
  }
  if (upload.step === 'requesting' && silentMs > REQUESTING_MAX_MS) {
    const because = 'File processing could not be reached.';
    return due(upload).flatMap((command): readonly MocUploadEvent[] =>
      command.type === 'RequestPartsReading'
        ? [{ type: 'PartsReadingGivenUp', data: { partsListId: command.data.list.partsListId, because } }]
        : [],
    );
  }
  return [];
};

/** From the first byte to a MOC that stands whole, or to nothing at all. */
export const mocUpload: Process<MocUploadEvent, MocUpload, MocUploadCommand> = {
  name: 'mocUpload',
  initial: { step: 'not-begun' },
  evolve,
  due,
  overdue,
};
