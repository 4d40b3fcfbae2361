import { reject, unreachable, type Decision } from '@lego-moc/kernel/decider';
import type {
  AwaitPartsDecision,
  CountParts,
  GiveUpOnParts,
  ReplacePartsList,
  RevisePartsList,
  UnlistParts,
} from './moc-commands.ts';
import type { AttachedFile, FileId, MocEvent, MocId } from './moc-events.ts';
import { filesHeldBy, isOlder, pendingReplacement, sameCount, type PartsList } from './parts-lists.ts';

export type PartsListRejection = 'parts-list-not-found' | 'parts-list-unchanged';

type PartsListDecision = Decision<MocEvent, PartsListRejection>;
type Lists = readonly PartsList[];
type WithLists = { readonly partsLists: Lists; readonly files: readonly AttachedFile[] };

export const listOf = (lists: Lists, partsListId: string): PartsList | undefined =>
  lists.find((list) => list.partsListId === partsListId);

const notFound = reject('parts-list-not-found', 'The MOC has no such parts list.');

const detachFile = (mocId: MocId, fileId: FileId): MocEvent => ({ type: 'FileDetached', data: { mocId, fileId } });

type ListText = { readonly title?: string; readonly description?: string | undefined };

/** What changes when a list gets this title and this description; without a title it keeps its own. */
export const reviseList = (
  mocId: MocId,
  list: PartsList,
  { title = list.title, description = '' }: ListText,
): readonly MocEvent[] => {
  const { partsListId } = list;
  const events: MocEvent[] = [];
  if (title !== list.title) events.push({ type: 'PartsListRetitled', data: { mocId, partsListId, title } });
  if (description !== (list.description ?? ''))
    events.push({ type: 'PartsListDescribed', data: { mocId, partsListId, description } });
  return events;
};

const reviseParts = ({ data }: RevisePartsList, lists: Lists): PartsListDecision => {
  const { mocId, partsListId } = data;
  const list = listOf(lists, partsListId);
  if (list === undefined) return notFound;
  return reviseList(mocId, list, { ...data, description: data.description ?? list.description });
};

const unlist = ({ data: { mocId, partsListId } }: UnlistParts, lists: Lists): PartsListDecision => {
  const list = listOf(lists, partsListId);
  if (list === undefined) return [];
  return [
    { type: 'PartsUnlisted', data: { mocId, partsListId } },
    ...filesHeldBy(list).map((fileId) => detachFile(mocId, fileId)),
  ];
};

/** A file equal to the list's own, or to the one that is being read in its place, changes nothing and is not kept. */
const replaceParts = (
  { data: { mocId, partsListId, file, jobId } }: ReplacePartsList,
  { partsLists, files }: WithLists,
): PartsListDecision => {
  const list = listOf(partsLists, partsListId);
  if (list === undefined) return notFound;
  const { fileId } = file;
  if (list.fileId === fileId || list.replacement?.fileId === fileId) return [];

  const pending = pendingReplacement(list);
  const newestId = pending?.fileId ?? list.fileId;
  const newest = files.find((entry) => entry.fileId === newestId);
  if (newest?.sha256 === file.sha256) return reject('parts-list-unchanged', 'The parts list has this very file.');
  return [
    ...(pending === undefined ? [] : [detachFile(mocId, pending.fileId)]),
    { type: 'FileAttached', data: { mocId, file } },
    { type: 'PartsReplacementListed', data: { mocId, partsListId, replacement: { fileId, jobId } } },
  ];
};

/** The owner's commands about a parts list of the MOC. */
export const changeList = (
  command: RevisePartsList | ReplacePartsList | UnlistParts,
  moc: WithLists,
): PartsListDecision => {
  switch (command.type) {
    case 'RevisePartsList':
      return reviseParts(command, moc.partsLists);
    case 'ReplacePartsList':
      return replaceParts(command, moc);
    case 'UnlistParts':
      return unlist(command, moc.partsLists);
    default:
      return unreachable(command);
  }
};

type ReadingResult = CountParts | GiveUpOnParts | AwaitPartsDecision;

/** A result of a list that was removed meanwhile, or that another job reads by now, changes nothing. */
export const settle = (result: ReadingResult, lists: Lists): PartsListDecision => {
  const { partsListId, jobId } = result.data;
  const list = listOf(lists, partsListId);
  if (list?.jobId === jobId) return settleList(result, list);
  return list?.replacement?.jobId === jobId ? settleReplacement(result, list) : [];
};

const settleList = (result: ReadingResult, list: PartsList): PartsListDecision => {
  const { mocId, partsListId } = result.data;
  if (result.type === 'AwaitPartsDecision')
    return list.status === 'processing' ? [{ type: 'PartsDecisionNeeded', data: { mocId, partsListId } }] : [];
  if (result.type === 'GiveUpOnParts') {
    const { code, because } = result.data;
    return list.status === 'processing' || list.status === 'needs-decision'
      ? [{ type: 'PartsFoundUnreadable', data: { mocId, partsListId, code, because } }]
      : [];
  }
  const { count } = result.data;
  return list.status === 'counted' && (sameCount(list.count, count) || isOlder(count, list.count))
    ? []
    : [{ type: 'PartsCounted', data: { mocId, partsListId, count } }];
};

/** A list gives up its own file in the same append in which the other one takes its place. */
const settleReplacement = (result: ReadingResult, list: PartsList): PartsListDecision => {
  const pending = pendingReplacement(list);
  if (pending === undefined) return [];
  const { mocId, partsListId } = result.data;
  switch (result.type) {
    case 'AwaitPartsDecision':
      return pending.status === 'processing'
        ? [{ type: 'PartsReplacementUndecided', data: { mocId, partsListId } }]
        : [];
    case 'GiveUpOnParts': {
      const { code, because } = result.data;
      return [
        { type: 'PartsReplacementRefused', data: { mocId, partsListId, code, because } },
        detachFile(mocId, pending.fileId),
      ];
    }
    case 'CountParts':
      return [
        { type: 'PartsReplaced', data: { mocId, partsListId, count: result.data.count } },
        detachFile(mocId, list.fileId),
      ];
  }
};
