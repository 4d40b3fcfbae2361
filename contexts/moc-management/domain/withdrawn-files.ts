import type { Decision } from '@lego-moc/kernel/decider';
import type { WithdrawFile } from './moc-commands.ts';
import type { AttachedFile, FileId, FileWithdrawn, MocEvent, WithdrawnFile } from './moc-events.ts';
import { filesHeldBy, type PartsList } from './parts-lists.ts';
import type { Content, Version } from './versions.ts';

/** As many as a MOC holds files; the latest are told to its owner. */
const WITHDRAWN_FILES_MAX = 100;

type Files = Pick<Content, 'files' | 'partsLists'>;

/** The files and parts lists that remain without a file. */
export const withoutFile = <Lists extends Files>(content: Lists, fileId: FileId): Lists => ({
  ...content,
  files: content.files.filter((file) => file.fileId !== fileId),
  partsLists: content.partsLists.filter((list) => !filesHeldBy(list).includes(fileId)),
});

export const withWithdrawnFile = (
  withdrawnFiles: readonly WithdrawnFile[],
  { file }: FileWithdrawn['data'],
): readonly WithdrawnFile[] => [...withdrawnFiles, file].slice(-WITHDRAWN_FILES_MAX);

type WithVersions = Files & { readonly versions: readonly Version[] };

const findFile = ({ files, versions }: WithVersions, fileId: FileId): AttachedFile | undefined =>
  [...files, ...versions.flatMap((version) => version.files)].find((file) => file.fileId === fileId);

const otherFilesOf = (lists: readonly PartsList[], fileId: FileId): readonly FileId[] =>
  lists.flatMap(filesHeldBy).filter((id) => id !== fileId);

/** Nothing the second time: by then neither the MOC nor a version has the file. */
export const withdrawFile = (
  { data: { mocId, fileId, infectedWith, at } }: WithdrawFile,
  moc: WithVersions | { readonly status: 'absent' | 'deleted' },
): Decision<MocEvent, never> => {
  if (!('versions' in moc)) return [];
  const file = findFile(moc, fileId);
  if (file === undefined) return [];
  const { kind, name } = file;
  const lists = moc.partsLists.filter((list) => filesHeldBy(list).includes(fileId));
  return [
    ...lists.map(({ partsListId }): MocEvent => ({ type: 'PartsUnlisted', data: { mocId, partsListId } })),
    ...otherFilesOf(lists, fileId).map((id): MocEvent => ({ type: 'FileDetached', data: { mocId, fileId: id } })),
    { type: 'FileWithdrawn', data: { mocId, file: { fileId, kind, name, infectedWith, withdrawnAt: at } } },
  ];
};
