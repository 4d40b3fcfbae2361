import { unreachable } from '@lego-moc/kernel/decider';
import type { FileId, JobId, ListedParts, MocEvent, MocId, NewParts, PartsCount, Replacement } from './moc-events.ts';

type Unread = { readonly status: 'processing' | 'needs-decision' };
type Unreadable = { readonly status: 'unreadable'; readonly code: string; readonly because: string };

/** The latest file that was sent for a parts list and has not taken its place; an unreadable one never will. */
export type PartsReplacement = Replacement & (Unread | Unreadable);

/** The text of the owner; absent until there is one. */
type ListDescription = { readonly description?: string };

export type PartsList = ListedParts &
  ListDescription & { readonly replacement?: PartsReplacement } & (
    Unread | Unreadable | { readonly status: 'counted'; readonly count: PartsCount }
  );

/** What makes a parts list one of the MOC's. */
export const listingOf = (mocId: MocId, list: NewParts): readonly MocEvent[] => {
  const { partsListId, title, fileId, jobId, description } = list;
  const listing: MocEvent = { type: 'PartsListed', data: { mocId, list: { partsListId, title, fileId, jobId } } };
  return description === undefined
    ? [listing]
    : [listing, { type: 'PartsListDescribed', data: { mocId, partsListId, description } }];
};

/** The replacement of a list that may still take its place. */
export const pendingReplacement = ({ replacement }: PartsList): (Replacement & Unread) | undefined =>
  replacement === undefined || replacement.status === 'unreadable' ? undefined : replacement;

const isUnread = ({ status }: { readonly status: string }): boolean =>
  status === 'processing' || status === 'needs-decision';

/** The files of a list that wait for a result of file processing: its own, its replacement, or both. */
export const unreadOf = (list: PartsList): readonly ListedParts[] => {
  const { partsListId, title, fileId, jobId } = list;
  const pending = pendingReplacement(list);
  return [
    ...(isUnread(list) ? [{ partsListId, title, fileId, jobId }] : []),
    ...(pending === undefined ? [] : [{ partsListId, title, fileId: pending.fileId, jobId: pending.jobId }]),
  ];
};

/** The files that a list holds: its own, and one that may take its place. */
export const filesHeldBy = (list: PartsList): readonly FileId[] => {
  const pending = pendingReplacement(list);
  return pending === undefined ? [list.fileId] : [list.fileId, pending.fileId];
};

/** The jobs that read a list. */
export const jobsOf = ({ jobId, replacement }: PartsList): readonly JobId[] =>
  replacement === undefined ? [jobId] : [jobId, replacement.jobId];

/** Pieces over all parts lists that could be counted. */
export const totalPieces = (partsLists: readonly PartsList[]): number =>
  partsLists.reduce((sum, list) => sum + (list.status === 'counted' ? list.count.pieces : 0), 0);

type PartsEvent = Extract<
  MocEvent,
  {
    type:
      | 'PartsListed'
      | 'PartsListRetitled'
      | 'PartsListDescribed'
      | 'PartsCounted'
      | 'PartsFoundUnreadable'
      | 'PartsDecisionNeeded'
      | 'PartsReplacementListed'
      | 'PartsReplacementUndecided'
      | 'PartsReplacementRefused'
      | 'PartsReplaced'
      | 'PartsUnlisted';
  }
>;

/** The parts lists after one more event about them; shared by the decider and the read model. */
export const evolveLists = (lists: readonly PartsList[], event: PartsEvent): readonly PartsList[] => {
  if (event.type === 'PartsListed') return [...lists, { ...event.data.list, status: 'processing' }];
  const { partsListId } = event.data;
  if (event.type === 'PartsUnlisted') return lists.filter((list) => list.partsListId !== partsListId);
  return lists.map((list) => (list.partsListId === partsListId ? evolveList(list, event) : list));
};

const evolveList = (
  list: PartsList,
  event: Exclude<PartsEvent, { type: 'PartsListed' | 'PartsUnlisted' }>,
): PartsList => {
  switch (event.type) {
    case 'PartsListRetitled':
      return { ...list, title: event.data.title };
    case 'PartsListDescribed':
      return { ...list, description: event.data.description };
    case 'PartsReplacementListed':
    case 'PartsReplacementUndecided':
    case 'PartsReplacementRefused':
    case 'PartsReplaced':
      return evolveReplacement(list, event);
    default:
      return evolveReading(list, event);
  }
};

type ReadingEvent = Extract<MocEvent, { type: 'PartsCounted' | 'PartsFoundUnreadable' | 'PartsDecisionNeeded' }>;

const evolveReading = (
  { partsListId, title, fileId, jobId, description, replacement }: PartsList,
  event: ReadingEvent,
): PartsList => {
  const list = {
    ...{ partsListId, title, fileId, jobId },
    ...(description === undefined ? {} : { description }),
    ...(replacement === undefined ? {} : { replacement }),
  };
  switch (event.type) {
    case 'PartsCounted':
      return { ...list, status: 'counted', count: event.data.count };
    case 'PartsFoundUnreadable':
      return { ...list, status: 'unreadable', code: event.data.code, because: event.data.because };
    case 'PartsDecisionNeeded':
      return { ...list, status: 'needs-decision' };
    default:
      return unreachable(event);
  }
};

type ReplacementEvent = Exclude<
  PartsEvent,
  ReadingEvent | { type: 'PartsListed' | 'PartsListRetitled' | 'PartsListDescribed' | 'PartsUnlisted' }
>;

const evolveReplacement = (list: PartsList, event: ReplacementEvent): PartsList => {
  if (event.type === 'PartsReplacementListed')
    return { ...list, replacement: { ...event.data.replacement, status: 'processing' } };
  if (list.replacement === undefined) return list;
  const { fileId, jobId } = list.replacement;
  switch (event.type) {
    case 'PartsReplacementUndecided':
      return { ...list, replacement: { fileId, jobId, status: 'needs-decision' } };
    case 'PartsReplacementRefused': {
      const { code, because } = event.data;
      return { ...list, replacement: { fileId, jobId, status: 'unreadable', code, because } };
    }
    case 'PartsReplaced': {
      const { partsListId, title, description } = list;
      const text = description === undefined ? { title } : { title, description };
      return { partsListId, ...text, fileId, jobId, status: 'counted', count: event.data.count };
    }
    default:
      return unreachable(event);
  }
};

/** Whether two counts are equal. */
export const sameCount = (some: PartsCount, other: PartsCount): boolean =>
  some.lots === other.lots &&
  some.pieces === other.pieces &&
  some.unknownParts === other.unknownParts &&
  some.unknownColours === other.unknownColours &&
  (some.problemLots ?? 0) === (other.problemLots ?? 0);

/** A result may be delivered again after a newer one of the same job. */
export const isOlder = (some: PartsCount, other: PartsCount): boolean => (some.changes ?? 0) < (other.changes ?? 0);
