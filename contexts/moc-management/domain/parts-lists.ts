import { unreachable } from '@lego-moc/kernel/decider';
import type { ListedParts, MocEvent, PartsCount } from './moc-events.ts';

export type PartsList = ListedParts &
  (
    | { readonly status: 'processing' | 'needs-decision' }
    | { readonly status: 'counted'; readonly count: PartsCount }
    | { readonly status: 'unreadable'; readonly code: string; readonly because: string }
  );

/** Pieces over all parts lists that could be counted. */
export const totalPieces = (partsLists: readonly PartsList[]): number =>
  partsLists.reduce((sum, list) => sum + (list.status === 'counted' ? list.count.pieces : 0), 0);

type PartsEvent = Extract<
  MocEvent,
  {
    type:
      | 'PartsListed'
      | 'PartsListRetitled'
      | 'PartsCounted'
      | 'PartsFoundUnreadable'
      | 'PartsDecisionNeeded'
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
  { partsListId, title, fileId, jobId, ...status }: PartsList,
  event: Exclude<PartsEvent, { type: 'PartsListed' | 'PartsUnlisted' }>,
): PartsList => {
  const list = { partsListId, title, fileId, jobId };
  switch (event.type) {
    case 'PartsListRetitled':
      return { ...list, ...status, title: event.data.title };
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

/** Whether two counts are equal. */
export const sameCount = (some: PartsCount, other: PartsCount): boolean =>
  some.lots === other.lots &&
  some.pieces === other.pieces &&
  some.unknownParts === other.unknownParts &&
  some.unknownColours === other.unknownColours &&
  (some.problemLots ?? 0) === (other.problemLots ?? 0);
