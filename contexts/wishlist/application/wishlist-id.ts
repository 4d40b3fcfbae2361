import { derivedId } from '@lego-moc/kernel/ids';
import type { UserId } from '@lego-moc/kernel/message';

/** Everyone has one wishlist; its stream does not tell whose it is. */
export const wishlistId = (owner: UserId): string => derivedId('wishlist', owner);
