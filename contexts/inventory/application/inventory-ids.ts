import { derivedId } from '@lego-moc/kernel/ids';
import type { UserId } from '@lego-moc/kernel/message';
import type { InventoryItemId, Source } from '../domain/inventory-item-events.ts';
import type { HoldingId, Place } from '../domain/stock/holding-events.ts';

/** The register of a builder; the name of its stream does not reveal the user. */
export const inventoryIdOf = (owner: UserId): string => derivedId('inventory', owner);

/** A builder tracks a source once: asked again, the item is the same. */
export const itemIdOf = (owner: UserId, { kind, id }: Source): InventoryItemId =>
  derivedId('inventory-item', owner, kind, id) as InventoryItemId;

/** A builder's place by its name; places of the same name are one. */
export const placeOf = (owner: UserId, location: string | null): Place => ({
  holdingId: derivedId('holding', owner, ...(location === null ? [] : [location])) as HoldingId,
  location,
});
