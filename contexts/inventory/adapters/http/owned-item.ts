import type { Request } from 'express';
import { userOf } from '@lego-moc/http/caller';
import type { Revision } from '@lego-moc/application/event-streams';
import type { FoldedStates } from '@lego-moc/application/folded-states';
import type { InventoryItemCommand, InventoryItemRejection } from '../../domain/inventory-item-commands.ts';
import type { InventoryItem, TrackedItem } from '../../domain/tracked-item.ts';

export type Items = FoldedStates<InventoryItemCommand, InventoryItem, InventoryItemRejection>;

export type OwnedItem = { readonly item: TrackedItem; readonly etag: bigint | undefined };

/** A stream without any event has no ETag. */
export const etagOf = (revision: Revision): bigint | undefined => (revision === 'no-stream' ? undefined : revision);

/** The caller's item as its stream has it at this moment; `undefined` for one that is not tracked, or someone else's. */
export const ownedItem =
  (items: Pick<Items, 'latest'>) =>
  async (request: Request, itemId: string): Promise<OwnedItem | undefined> => {
    const { state, revision } = await items.latest(itemId);
    if (state.status !== 'tracked' || state.owner !== userOf(request).id) return undefined;
    return { item: state, etag: etagOf(revision) };
  };
