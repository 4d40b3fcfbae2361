import type { DeliveredEvent } from '@lego-moc/event-store/delivered-event';
import type { Announcement } from '@lego-moc/event-store/integration-events';
import type { InventoryPayload, inventoryPayloads } from '../../contracts/integration-events.ts';
import type { InventoryItemEvent } from '../../domain/inventory-item-events.ts';
import { piecesIn } from '../../domain/lots.ts';
import { inventoryItemCodec } from './inventory-item-codec.ts';

type EventType = keyof typeof inventoryPayloads;

const toPayload = (event: InventoryItemEvent): readonly [EventType, InventoryPayload] | undefined => {
  if (event.type === 'ItemErased') return undefined;
  const { itemId, owner } = event.data;
  switch (event.type) {
    case 'ItemTracked': {
      const { source, lots } = event.data;
      return ['inventory-item.tracked', { status: 'tracked', itemId, owner, source, needed: piecesIn(lots) }];
    }
    case 'ItemUntracked':
      return ['inventory-item.untracked', { status: 'untracked', itemId, owner }];
    case 'PartsAcquired':
      return ['parts.acquired', { status: 'acquired', itemId, owner, pieces: piecesIn(event.data.lots) }];
    case 'PurchaseReversed':
      return ['parts.acquired', { status: 'acquired', itemId, owner, pieces: -piecesIn(event.data.returned) }];
    case 'PartsPurchased':
      return ['parts.purchased', { status: 'purchased', itemId, owner, pieces: piecesIn(event.data.purchase.lots) }];
    case 'BuildStatusChanged': {
      const { source, percentage, built } = event.data;
      return ['build-status.changed', { status: 'build-status', itemId, owner, source, percentage, built }];
    }
    case 'ItemDivided':
    case 'InventoryUpdated':
      return undefined;
  }
};

/** The integration events of items. Notes, shops and prices stay private; an erasure is published by the profile. */
export const announceItems = ({ type, data, revision }: DeliveredEvent): readonly Announcement[] => {
  const event = inventoryItemCodec.decode(type, data);
  const typedPayload = event === undefined ? undefined : toPayload(event);
  if (typedPayload === undefined) return [];
  const [eventType, payload] = typedPayload;
  return [{ eventType, subject: payload.itemId, revision: String(revision), payload }];
};
