import { derivedId } from '@lego-moc/kernel/ids';
import type { UserId } from '@lego-moc/kernel/message';
import type { InventoryItemId, Source } from '../domain/inventory-item-events.ts';

/** The register of a builder; the name of its stream does not reveal the user. */
export const inventoryIdOf = (owner: UserId): string => derivedId('inventory', owner);

/** A builder tracks a source once: asked again, the item is the same. */
export const itemIdOf = (owner: UserId, { kind, id }: Source): InventoryItemId =>
  derivedId('inventory-item', owner, kind, id) as InventoryItemId;
