import type { Instant } from '@lego-moc/kernel/message';
import { descriptionIn, isSameDescription, type Description } from './description.ts';
import { instructionOrder, isSameOrder } from './instruction-order.ts';
import type { AttachedFile } from './moc-events.ts';
import { pendingReplacement, sameCount, type PartsList } from './parts-lists.ts';

/** What a publication freezes: text, files and parts lists. */
export type Content = Description & {
  readonly title: string;
  readonly files: readonly AttachedFile[];
  readonly partsLists: readonly PartsList[];
};

/** A published state of a MOC, as it stays for good. Versions are counted from 1. */
export type Version = Content & { readonly version: number; readonly publishedAt: Instant };

/** More publications would keep files and lists without end. */
export const VERSIONS_MAX = 100;

const withoutReplacement = (list: PartsList): PartsList => {
  const { partsListId, title, fileId, jobId, description } = list;
  const common = { partsListId, title, fileId, jobId, ...(description === undefined ? {} : { description }) };
  if (list.status === 'counted') return { ...common, status: list.status, count: list.count };
  if (list.status !== 'unreadable') return { ...common, status: list.status };
  const { status, code, because } = list;
  return { ...common, status, code, because };
};

/** The content of a MOC without files that were sent to replace a parts list and have not taken its place. */
export const freeze = (moc: Content): Content => {
  const pending = new Set(moc.partsLists.map((list) => pendingReplacement(list)?.fileId));
  return {
    title: moc.title,
    ...descriptionIn(moc),
    files: moc.files.filter(({ fileId }) => !pending.has(fileId)),
    partsLists: moc.partsLists.map(withoutReplacement),
  };
};

/** Whether two lists with one id have the same title, file and count. */
const isSameList = (some: PartsList, other: PartsList): boolean =>
  some.title === other.title &&
  (some.description ?? '') === (other.description ?? '') &&
  some.jobId === other.jobId &&
  some.status === other.status &&
  (some.status !== 'counted' || other.status !== 'counted' || sameCount(some.count, other.count));

const sameById = <Item>(
  some: readonly Item[],
  others: readonly Item[],
  idOf: (item: Item) => string,
  isSame: (item: Item, other: Item) => boolean,
): boolean => {
  const byId = new Map(others.map((other) => [idOf(other), other]));
  return (
    some.length === others.length &&
    some.every((item) => {
      const other = byId.get(idOf(item));
      return other !== undefined && isSame(item, other);
    })
  );
};

/** Whether two frozen contents are equal, whatever the order of their lists and of files that are no instructions. */
export const isSameContent = (some: Content, other: Content): boolean =>
  some.title === other.title &&
  isSameDescription(some, other) &&
  isSameOrder(instructionOrder(some.files), instructionOrder(other.files)) &&
  sameById(
    some.files,
    other.files,
    ({ fileId }) => fileId,
    () => true,
  ) &&
  sameById(some.partsLists, other.partsLists, ({ partsListId }) => partsListId, isSameList);
