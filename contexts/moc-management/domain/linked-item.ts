import { reject, type Decider, type Decision } from '@lego-moc/kernel/decider';
import type { Instant, Message } from '@lego-moc/kernel/message';
import type { MocId } from './moc-id.ts';

/** A MOC is about to link this item of the gallery. Perhaps it never did. */
export type LinkBegun = Message<'LinkBegun', { mocId: MocId }>;
/** The item does not exist any more. Nothing links it again. */
export type LinkedItemGone = Message<'LinkedItemGone', { goneAt: Instant }>;
export type LinkedItemEvent = LinkBegun | LinkedItemGone;

/** Records a MOC before it links the item. */
export type BeginLink = Message<'BeginLink', { mocId: MocId }>;
export type MarkGone = Message<'MarkGone', { at: Instant }>;
export type LinkedItemCommand = BeginLink | MarkGone;

export type LinkedItemRejection = 'gallery-item-not-found';

/** An item of the gallery, and every MOC that may ever have linked it. */
export type LinkedItem = { readonly isGone: boolean; readonly mocIds: readonly MocId[] };

const decide = (command: LinkedItemCommand, item: LinkedItem): Decision<LinkedItemEvent, LinkedItemRejection> => {
  if (command.type === 'MarkGone')
    return item.isGone ? [] : [{ type: 'LinkedItemGone', data: { goneAt: command.data.at } }];
  if (item.isGone) return reject('gallery-item-not-found', 'The gallery has no such item.');
  const { mocId } = command.data;
  return item.mocIds.includes(mocId) ? [] : [{ type: 'LinkBegun', data: { mocId } }];
};

const evolve = (item: LinkedItem, event: LinkedItemEvent): LinkedItem =>
  event.type === 'LinkedItemGone' ? { ...item, isGone: true } : { ...item, mocIds: [...item.mocIds, event.data.mocId] };

export const linkedItemDecider: Decider<LinkedItemCommand, LinkedItem, LinkedItemEvent, LinkedItemRejection> = {
  initial: { isGone: false, mocIds: [] },
  decide,
  evolve,
};
