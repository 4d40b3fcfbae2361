import type { Cause } from '@lego-moc/application/event-streams';
import { isRejection, reject, unreachable, type Rejection } from '@lego-moc/kernel/decider';
import { derivedId } from '@lego-moc/kernel/ids';
import type { Message, UserId } from '@lego-moc/kernel/message';
import { creditsFor, type Credit, type ParentVersion } from '../../domain/lineage.ts';
import type { FileId } from '../../domain/moc-events.ts';
import type { MocId } from '../../domain/moc-id.ts';
import type { Moc } from '../../domain/moc.ts';
import type { GalleryLinking } from '../gallery-linking.ts';
import type { FileStore, StoredFile } from '../ports/file-store.ts';
import type { CopyFile, PlanCopies, PrepareLinks } from './moc-upload.ts';
import type { MocUploadEvent, PlannedCopy } from './moc-upload-events.ts';

type LoadMoc = (mocId: MocId) => Promise<Moc>;

/** The credits of what `by` makes of a version; a refusal when the licence forbids that. */
export const creditsOf = async (
  load: LoadMoc,
  parent: ParentVersion,
  by: UserId,
): Promise<readonly Credit[] | Rejection> => {
  const moc = await load(parent.mocId);
  return creditsFor(parent, 'versions' in moc ? moc : undefined, by);
};

const filesGone = reject(
  'parent-not-found',
  'A file of that version is not there any more. Make the MOC without copies.',
);

type Preparation = PrepareLinks | PlanCopies | CopyFile;

const COMMANDS: Record<Preparation['type'], true> = { PrepareLinks: true, PlanCopies: true, CopyFile: true };

/** Commands by which a new MOC gets what it shares with others, before it is drafted. */
export const isPreparation = (command: Message): command is Preparation => Object.hasOwn(COMMANDS, command.type);

/** The files of the parent's version, each with the id of its copy: the same ones however often that is asked. */
const planCopies = async (
  load: LoadMoc,
  { data: { mocId, owner: by, parent } }: PlanCopies,
): Promise<readonly PlannedCopy[] | Rejection> => {
  if (parent === undefined) return [];
  const moc = await load(parent.mocId);
  const credits = creditsFor(parent, 'versions' in moc ? moc : undefined, by);
  if (isRejection(credits)) return credits;
  const version = 'versions' in moc ? moc.versions.find((some) => some.version === parent.version) : undefined;
  if (version === undefined || !('owner' in moc)) return filesGone;
  const lists = new Map(version.partsLists.map((list) => [list.fileId, list]));
  return version.files.map(({ fileId: source }): PlannedCopy => {
    const fileId = derivedId('copy', mocId, source) as FileId;
    const copy = { fileId, source, sourceOwner: moc.owner };
    const list = lists.get(source);
    if (list === undefined) return copy;
    const { title: listTitle, description, jobId: sourceJob } = list;
    return { ...copy, listTitle, sourceJob, ...(description === undefined ? {} : { listDescription: description }) };
  });
};

/** Has one file copied; throws an outage. */
const copyFile = async (
  files: Pick<FileStore, 'copy'>,
  { data: { fileId, source, sourceOwner, owner, roles } }: CopyFile,
  cause: Cause,
): Promise<StoredFile | Rejection> => {
  const copy = { fileId, source, owner, ...(sourceOwner === owner ? {} : { sourceOwner, roles }) };
  const outcome = await files.copy(copy, cause);
  return isRejection(outcome) && outcome.rejected === 'file-not-found' ? filesGone : outcome;
};

export type PreparationNeeds = {
  readonly load: LoadMoc;
  readonly files: Pick<FileStore, 'copy'>;
  readonly linking: Pick<GalleryLinking, 'prepare'>;
};

/** Carries out a command of preparation; throws an outage. */
export const prepare = async (
  { load, files, linking }: PreparationNeeds,
  command: Preparation,
  cause: Cause,
): Promise<MocUploadEvent | Rejection> => {
  switch (command.type) {
    case 'PrepareLinks': {
      const { items, mocId, owner } = command.data;
      const links = await linking.prepare(items, mocId, owner, cause);
      return isRejection(links) ? links : { type: 'LinksPrepared', data: { links } };
    }
    case 'PlanCopies': {
      const copies = await planCopies(load, command);
      return isRejection(copies) ? copies : { type: 'CopiesPlanned', data: { copies } };
    }
    case 'CopyFile': {
      const copy = await copyFile(files, command, cause);
      return isRejection(copy) ? copy : { type: 'FileReceived', data: copy };
    }
    default:
      return unreachable(command);
  }
};
