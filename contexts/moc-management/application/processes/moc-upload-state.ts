import { unreachable } from '@lego-moc/kernel/decider';
import { derivedId } from '@lego-moc/kernel/ids';
import type { UserId } from '@lego-moc/kernel/message';
import type { PreparedLink } from '../../domain/gallery-links.ts';
import type { SetDetails } from '../../domain/description.ts';
import type {
  AttachedFile,
  FileId,
  FileKind,
  JobId,
  ListedParts,
  MocId,
  NewParts,
  PartsListId,
} from '../../domain/moc-events.ts';
import type { SentFile } from '../ports/file-store.ts';
import type {
  CopiesPlanned,
  FileReceived,
  LinksPrepared,
  MocUploadEvent,
  PlannedCopy,
  UploadIntent,
} from './moc-upload-events.ts';

/** The parts of an upload that its sender has sent so far. */
type UploadInput = {
  readonly attempt: number;
  readonly mocId: MocId;
  readonly owner: UserId;
  /** Of the owner. */
  readonly roles: readonly string[];
  /** Ids under which bytes may lie in file storage. */
  readonly announcedIds: readonly FileId[];
  readonly receivedFiles: readonly AttachedFile[];
  /** The same files in the same order, as they were sent. */
  readonly sentFiles: readonly (SentFile & { readonly kind: FileKind })[];
  /** Files of the parent that belong to the new MOC as well. */
  readonly copies: readonly PlannedCopy[];
  /** What the new MOC will link of the gallery. */
  readonly galleryLinks: readonly PreparedLink[];
};
type WithIntent = UploadInput & { readonly intent: UploadIntent };

/**
 * Receiving is the sender's part. Then the title is secured, the files of a parent are copied if the sender asked for that,
 * the files are attached to the MOC in one append, and the reading of parts lists is requested. An upload that is refused
 * or interrupted is undone in reverse.
 */
export type MocUpload =
  | { readonly step: 'not-begun' }
  | (UploadInput & { readonly step: 'receiving' })
  | (WithIntent & { readonly step: 'securing-title' | 'preparing-links' | 'planning-copies' | 'copying' | 'filing' })
  | (WithIntent & {
      readonly step: 'requesting';
      readonly settledLists: readonly PartsListId[];
      readonly givingUp: boolean;
    })
  | (WithIntent & { readonly step: 'complete' })
  | (UploadInput & {
      readonly step: 'undoing' | 'undone';
      readonly code: string;
      readonly because: string;
      readonly kind?: FileKind;
      readonly details?: Readonly<Record<string, number>>;
      /** What was secured for the new MOC. */
      readonly claim: UploadClaim | undefined;
    });

/** What a new MOC reserves: its title, and the number of a set. */
export type UploadClaim = { readonly title: string; readonly set?: SetDetails };

export const claimOf = ({ title, set }: Extract<UploadIntent, { kind: 'create' }>): UploadClaim =>
  set === undefined ? { title } : { title, set };

/** An upload that has arrived completely. */
export type ReceivedUpload = Extract<MocUpload, { intent: UploadIntent }>;

/** The parts lists among some files, with the ids of their lists and jobs. */
export const partsListsIn = (files: readonly AttachedFile[], partsListTitle: string): readonly ListedParts[] =>
  files
    .filter(({ kind }) => kind === 'parts-list')
    .map(({ fileId, name }) => {
      const partsListId = derivedId('parts-list', fileId) as PartsListId;
      const title = partsListTitle === '' ? name : partsListTitle;
      return { partsListId, title, fileId, jobId: derivedId('job', partsListId) as JobId };
    });

/** A parts list of an upload; that of a copy is read as the job `sameAs` has read the original. */
export type UploadedParts = NewParts & { readonly sameAs?: JobId };

/** The parts lists that came with an upload. */
export const listsOf = ({ receivedFiles, intent, copies }: WithIntent): readonly UploadedParts[] => {
  const plannedCopies = new Map(copies.map((copy) => [copy.fileId, copy]));
  const lists = partsListsIn(receivedFiles, intent.kind === 'add' ? intent.partsListTitle : '').map((list) => {
    const { listTitle = list.title, listDescription, sourceJob } = plannedCopies.get(list.fileId) ?? {};
    return {
      ...{ ...list, title: listTitle },
      ...(listDescription === undefined ? {} : { description: listDescription }),
      ...(sourceJob === undefined ? {} : { sameAs: sourceJob }),
    };
  });
  return intent.kind === 'replace' ? lists.map((list) => ({ ...list, partsListId: intent.partsListId })) : lists;
};

/** The upload after one more event. */
export const evolveUpload = (upload: MocUpload, event: MocUploadEvent): MocUpload => {
  if (isFinishing(upload)) return finish(upload, event);
  switch (upload.step) {
    case 'not-begun':
      return begin(1, event) ?? upload;
    case 'complete':
      return upload;
    case 'receiving':
      return receive(upload, event);
    case 'undoing':
      return undo(upload, event);
    case 'undone':
      return begin(upload.attempt + 1, event) ?? undo(upload, event);
    default:
      return unreachable(upload);
  }
};

/** An abandoned upload may be sent again under the same id; its files then get new ids. */
const begin = (attempt: number, event: MocUploadEvent): MocUpload | undefined => {
  if (event.type !== 'UploadBegun') return undefined;
  const { mocId, owner, roles = [] } = event.data;
  const nothing = { announcedIds: [], receivedFiles: [], sentFiles: [], copies: [], galleryLinks: [] };
  return { step: 'receiving', attempt, mocId, owner, roles, ...nothing };
};

/** A store that has forgotten an append may hold an event twice: each id counts once. */
const withId = <Id>(ids: readonly Id[], id: Id): readonly Id[] => (ids.includes(id) ? ids : [...ids, id]);

const receive = (upload: MocUpload & { step: 'receiving' }, event: MocUploadEvent): MocUpload => {
  switch (event.type) {
    case 'FileAnnounced':
      return { ...upload, announcedIds: withId(upload.announcedIds, event.data.fileId) };
    case 'FileReceived': {
      const { file, sent = file } = event.data;
      if (upload.receivedFiles.some(({ fileId }) => fileId === file.fileId)) return upload;
      const { name, sha256 } = sent;
      return {
        ...upload,
        receivedFiles: [...upload.receivedFiles, file],
        sentFiles: [...upload.sentFiles, { kind: file.kind, name, sha256 }],
      };
    }
    case 'UploadReceived': {
      const { intent } = event.data;
      return { ...upload, intent, step: intent.kind === 'create' ? 'securing-title' : 'filing' };
    }
    case 'UploadAbandoned':
      return withUndoStep({ ...upload, step: 'undoing', claim: undefined, ...event.data });
    default:
      return upload;
  }
};

type Finishing = Extract<MocUpload, { readonly intent: UploadIntent }> & {
  readonly step: 'securing-title' | 'preparing-links' | 'planning-copies' | 'copying' | 'filing' | 'requesting';
};

const isFinishing = (upload: MocUpload): upload is Finishing => 'intent' in upload && upload.step !== 'complete';

/** What was secured for the new MOC by then. */
const claimIn = ({ step, intent }: Finishing): UploadClaim | undefined =>
  intent.kind === 'create' && step !== 'securing-title' && step !== 'requesting' ? claimOf(intent) : undefined;

/** Files that are still to be copied. */
export const missingCopies = ({ copies, receivedFiles }: UploadInput): readonly PlannedCopy[] => {
  const presentIds = new Set(receivedFiles.map(({ fileId }) => fileId));
  return copies.filter(({ fileId }) => !presentIds.has(fileId));
};

const copying = (upload: WithIntent): MocUpload => ({
  ...upload,
  step: missingCopies(upload).length === 0 ? 'filing' : 'copying',
});

/** The upload after one more event about copies of the parent's files. They are no part of what its sender sent. */
const copyInto = (upload: Finishing, event: CopiesPlanned | FileReceived): MocUpload => {
  if (event.type === 'CopiesPlanned') {
    if (upload.step !== 'planning-copies') return upload;
    const { copies } = event.data;
    const announcedIds = [...upload.announcedIds, ...copies.map(({ fileId }) => fileId)];
    return copying({ ...upload, copies, announcedIds });
  }
  const { file } = event.data;
  if (upload.step !== 'copying' || upload.receivedFiles.some(({ fileId }) => fileId === file.fileId)) return upload;
  return copying({ ...upload, receivedFiles: [...upload.receivedFiles, file] });
};

const stepAfterLinks = ({ intent }: WithIntent): 'planning-copies' | 'filing' =>
  intent.kind === 'create' && intent.copyFiles === true ? 'planning-copies' : 'filing';

const stepAfterTitle = (upload: WithIntent): 'preparing-links' | 'planning-copies' | 'filing' => {
  const { intent } = upload;
  const linksItems = intent.kind === 'create' && (intent.galleryItems ?? []).length > 0;
  return linksItems ? 'preparing-links' : stepAfterLinks(upload);
};

type PreparationEvent = LinksPrepared | CopiesPlanned | FileReceived;

const PREPARATION: Record<PreparationEvent['type'], true> = {
  ...{ LinksPrepared: true, CopiesPlanned: true, FileReceived: true },
};

const isPreparation = (event: MocUploadEvent): event is PreparationEvent => Object.hasOwn(PREPARATION, event.type);

const prepare = (upload: Finishing, event: PreparationEvent): MocUpload => {
  if (event.type !== 'LinksPrepared') return copyInto(upload, event);
  return upload.step === 'preparing-links'
    ? { ...upload, galleryLinks: event.data.links, step: stepAfterLinks(upload) }
    : upload;
};

const finish = (upload: Finishing, event: MocUploadEvent): MocUpload => {
  if (isPreparation(event)) return prepare(upload, event);
  switch (event.type) {
    case 'UploadTitleSecured':
      return upload.step === 'securing-title' ? { ...upload, step: stepAfterTitle(upload) } : upload;
    case 'FilesFiled':
      return requesting(upload, [], false);
    case 'PartsReadingOverdue':
      return upload.step === 'requesting' ? { ...upload, givingUp: true } : upload;
    case 'PartsReadingRequested':
    case 'PartsReadingGivenUp':
      return upload.step === 'requesting'
        ? requesting(upload, withId(upload.settledLists, event.data.partsListId), upload.givingUp)
        : upload;
    case 'UploadAbandoned':
      return withUndoStep({ ...inputOf(upload), step: 'undoing', claim: claimIn(upload), ...event.data });
    default:
      return upload;
  }
};

const inputOf = (upload: UploadInput): UploadInput => {
  const { attempt, mocId, owner, roles, announcedIds, receivedFiles, sentFiles, copies, galleryLinks } = upload;
  return { attempt, mocId, owner, roles, announcedIds, receivedFiles, sentFiles, copies, galleryLinks };
};

const requesting = (upload: WithIntent, settledLists: readonly PartsListId[], givingUp: boolean): MocUpload => {
  const input = { ...inputOf(upload), intent: upload.intent };
  return settledLists.length === listsOf(input).length
    ? { ...input, step: 'complete' }
    : { ...input, step: 'requesting', settledLists, givingUp };
};

type Undoing = MocUpload & { readonly step: 'undoing' | 'undone' };

const withUndoStep = (upload: Undoing): Undoing => ({
  ...upload,
  step: upload.announcedIds.length === 0 && upload.claim === undefined ? 'undone' : 'undoing',
});

/** A file that its sender announced after the upload was abandoned is discarded like the others. */
const undo = (upload: Undoing, event: MocUploadEvent): MocUpload => {
  switch (event.type) {
    case 'FileAnnounced':
      return withUndoStep({ ...upload, announcedIds: withId(upload.announcedIds, event.data.fileId) });
    case 'FileDiscarded':
      return withUndoStep({
        ...upload,
        announcedIds: upload.announcedIds.filter((fileId) => fileId !== event.data.fileId),
      });
    case 'UploadTitleReleased':
      return withUndoStep({ ...upload, claim: undefined });
    default:
      return upload;
  }
};
