import { reject, type Decision } from '@lego-moc/kernel/decider';
import type { Message } from '@lego-moc/kernel/message';
import { descriptionIn, isSameDescription, type Description } from './description.ts';
import { instructionOrder, isSameOrder } from './instruction-order.ts';
import { DEFAULT_LICENCE } from './licence.ts';
import type { PublishMoc, RevertMoc } from './moc-commands.ts';
import type {
  AttachedFile,
  FileId,
  MocEvent,
  MocId,
  MocPublished,
  MocReverted,
  VersionPublished,
} from './moc-events.ts';
import { reviseList } from './parts-list-decisions.ts';
import { filesHeldBy, listingOf, type PartsList } from './parts-lists.ts';
import { freeze, isSameContent, VERSIONS_MAX, type Content, type Version } from './versions.ts';

export type PublicationRejection =
  'instructions-missing' | 'parts-missing' | 'parts-unread' | 'too-many-versions' | 'version-not-found';

type WithVersions = Content & { readonly versions: readonly Version[] };

/** The owner's commands about the publication of a MOC. */
export const changePublication = (command: PublishMoc | RevertMoc, moc: WithVersions): PublicationDecision =>
  command.type === 'PublishMoc' ? publish(command, moc) : revert(command, moc);

export type PublicationEvent = MocPublished | VersionPublished | MocReverted;

const EVENTS: Record<PublicationEvent['type'], true> = {
  ...{ MocPublished: true, VersionPublished: true, MocReverted: true },
};

export const isPublicationEvent = (event: Message): event is PublicationEvent => Object.hasOwn(EVENTS, event.type);

/** The versions after one more event. The events behind `MocReverted` say what was reverted. */
export const evolveVersions = (moc: WithVersions, event: PublicationEvent): readonly Version[] => {
  if (event.type !== 'VersionPublished') return moc.versions;
  const { version, publishedAt } = event.data;
  return [...moc.versions, { ...freeze(moc), version, publishedAt }];
};

type PublicationDecision = Decision<MocEvent, PublicationRejection>;

/** Freezes the MOC as its next version, unless nothing has changed since the last one. */
const publish = ({ data: { mocId, at } }: PublishMoc, moc: WithVersions): PublicationDecision => {
  const last = moc.versions.at(-1);
  const content = freeze(moc);
  if (last !== undefined && isSameContent(last, content)) return [];
  // The instructions of a set belong to its maker.
  if (content.set === undefined && !content.files.some(({ kind }) => kind === 'instruction'))
    return reject('instructions-missing', 'Add a file with building instructions before publishing.');
  if (!content.partsLists.some(({ status }) => status === 'counted'))
    return reject('parts-missing', 'Add a parts list, and let it be counted, before publishing.');
  if (content.partsLists.some(({ status }) => status === 'processing' || status === 'needs-decision'))
    return reject('parts-unread', 'Wait until every parts list is read; decide on those that need it, or delete them.');
  if (moc.versions.length >= VERSIONS_MAX)
    return reject('too-many-versions', `A MOC has at most ${String(VERSIONS_MAX)} versions.`);
  return [{ type: 'VersionPublished', data: { mocId, version: moc.versions.length + 1, publishedAt: at } }];
};

/** Brings the content of a version back, as a draft: `MocReverted`, and after it what that changes. */
const revert = ({ data: { mocId, version } }: RevertMoc, moc: WithVersions): PublicationDecision => {
  const target = moc.versions.find((some) => some.version === version);
  if (target === undefined) return reject('version-not-found', 'The MOC has no such version.');
  const changes = [...revertText(mocId, moc, target), ...revertParts(mocId, moc, target)];
  return changes.length === 0 ? [] : [{ type: 'MocReverted', data: { mocId, version } }, ...changes];
};

const revertText = (mocId: MocId, moc: Content, target: Content): readonly MocEvent[] => {
  // Fields that the version does not have were added later; empty is what they were.
  const emptyFields: Partial<Description> = {
    ...(moc.subtheme === undefined ? {} : { subtheme: '' }),
    ...(moc.author === undefined ? {} : { author: '' }),
    ...(moc.licence === undefined ? {} : { licence: DEFAULT_LICENCE }),
  };
  const description = { ...emptyFields, ...descriptionIn(target) };
  return [
    ...(target.title === moc.title ? [] : [{ type: 'MocRetitled', data: { mocId, title: target.title } } as const]),
    ...(isSameDescription(moc, description)
      ? []
      : [{ type: 'MocDescribed', data: { mocId, ...description } } as const]),
  ];
};

const relistParts = (mocId: MocId, list: PartsList): readonly MocEvent[] => {
  const { partsListId } = list;
  const events = listingOf(mocId, list);
  if (list.status === 'counted')
    return [...events, { type: 'PartsCounted', data: { mocId, partsListId, count: list.count } }];
  if (list.status !== 'unreadable') return events;
  const { code, because } = list;
  return [...events, { type: 'PartsFoundUnreadable', data: { mocId, partsListId, code, because } }];
};

const revertOrder = (
  mocId: MocId,
  files: readonly AttachedFile[],
  target: readonly AttachedFile[],
): readonly MocEvent[] => {
  const order = instructionOrder(target);
  return isSameOrder(instructionOrder(files), order) ? [] : [{ type: 'InstructionsOrdered', data: { mocId, order } }];
};

const revertParts = (mocId: MocId, moc: Content, target: Content): readonly MocEvent[] => {
  const find = (lists: readonly PartsList[], { partsListId, jobId }: PartsList) =>
    lists.find((list) => list.partsListId === partsListId && list.jobId === jobId);
  const remaining = moc.partsLists.filter((list) => find(target.partsLists, list) !== undefined);
  const neededFiles = new Set<FileId>([...target.files.map(({ fileId }) => fileId), ...remaining.flatMap(filesHeldBy)]);
  const present = new Set(moc.files.map(({ fileId }) => fileId));

  const removedLists = moc.partsLists.filter((list) => !remaining.includes(list));
  const titleEvents = remaining.flatMap((list): readonly MocEvent[] => {
    const version = find(target.partsLists, list);
    return version === undefined ? [] : reviseList(mocId, list, version);
  });
  const removedFiles = moc.files.filter(({ fileId }) => !neededFiles.has(fileId));
  const returningFiles = target.files.filter(({ fileId }) => !present.has(fileId));
  const files = [...moc.files.filter((file) => !removedFiles.includes(file)), ...returningFiles];
  return [
    ...removedLists.map(({ partsListId }): MocEvent => ({ type: 'PartsUnlisted', data: { mocId, partsListId } })),
    ...removedFiles.map(({ fileId }): MocEvent => ({ type: 'FileDetached', data: { mocId, fileId } })),
    ...returningFiles.map((file): MocEvent => ({ type: 'FileAttached', data: { mocId, file } })),
    ...revertOrder(mocId, files, target.files),
    ...titleEvents,
    ...target.partsLists
      .filter((list) => find(moc.partsLists, list) === undefined)
      .flatMap((list) => relistParts(mocId, list)),
  ];
};
