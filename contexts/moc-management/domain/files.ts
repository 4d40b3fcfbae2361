import { reject, unreachable, type Decision } from '@lego-moc/kernel/decider';
import type { Message } from '@lego-moc/kernel/message';
import { arrangeInstructions, orderInstructions, type InstructionOrderRejection } from './instruction-order.ts';
import type { AttachFiles, DetachFile, OrderInstructions } from './moc-commands.ts';
import type { AttachedFile, FileAttached, FileDetached, InstructionsOrdered, MocEvent } from './moc-events.ts';
import { listOf } from './parts-list-decisions.ts';
import { filesHeldBy, listingOf, type PartsList } from './parts-lists.ts';

export type FilesRejection = 'file-holds-parts-list' | 'too-many-files' | InstructionOrderRejection;

/** Enough for a book of instructions in several parts with photographs; more files would use the platform as a disk. */
export const FILES_MAX = 100;

type WithFiles = { readonly files: readonly AttachedFile[]; readonly partsLists: readonly PartsList[] };
type FilesDecision = Decision<MocEvent, FilesRejection>;

/** The answer to one file too many. */
export const tooManyFiles = reject('too-many-files', `A MOC holds at most ${String(FILES_MAX)} files.`);

const attach = ({ data: { mocId, files, partsLists } }: AttachFiles, moc: WithFiles): FilesDecision => {
  const newFiles = files.filter(({ fileId }) => !moc.files.some((file) => file.fileId === fileId));
  const newLists = partsLists.filter(({ partsListId }) => listOf(moc.partsLists, partsListId) === undefined);
  if (moc.files.length + newFiles.length > FILES_MAX) return tooManyFiles;
  return [
    ...newFiles.map((file): MocEvent => ({ type: 'FileAttached', data: { mocId, file } })),
    ...newLists.flatMap((list) => listingOf(mocId, list)),
  ];
};

const detach = ({ data: { mocId, fileId } }: DetachFile, moc: WithFiles): FilesDecision => {
  if (!moc.files.some((file) => file.fileId === fileId)) return [];
  if (moc.partsLists.some((list) => filesHeldBy(list).includes(fileId))) {
    return reject('file-holds-parts-list', 'Delete the parts list; its file goes with it.');
  }
  return [{ type: 'FileDetached', data: { mocId, fileId } }];
};

export type FilesCommand = AttachFiles | DetachFile | OrderInstructions;

const COMMANDS: Record<FilesCommand['type'], true> = { AttachFiles: true, DetachFile: true, OrderInstructions: true };

export const isFilesCommand = (command: Message): command is FilesCommand => Object.hasOwn(COMMANDS, command.type);

/** The owner's commands about the files of a MOC. */
export const changeFiles = (command: FilesCommand, moc: WithFiles): FilesDecision => {
  switch (command.type) {
    case 'AttachFiles':
      return attach(command, moc);
    case 'DetachFile':
      return detach(command, moc);
    case 'OrderInstructions':
      return orderInstructions(command, moc.files);
    default:
      return unreachable(command);
  }
};

export type FilesEvent = FileAttached | FileDetached | InstructionsOrdered;

const EVENTS: Record<FilesEvent['type'], true> = { FileAttached: true, FileDetached: true, InstructionsOrdered: true };

export const isFilesEvent = (event: Message): event is FilesEvent => Object.hasOwn(EVENTS, event.type);

/** The files after one more event about them; shared by the decider and the read model. */
export const evolveFiles = (files: readonly AttachedFile[], event: FilesEvent): readonly AttachedFile[] => {
  switch (event.type) {
    case 'FileAttached':
      return [...files, event.data.file];
    case 'FileDetached':
      return files.filter(({ fileId }) => fileId !== event.data.fileId);
    case 'InstructionsOrdered':
      return arrangeInstructions(files, event.data.order);
    default:
      return unreachable(event);
  }
};
