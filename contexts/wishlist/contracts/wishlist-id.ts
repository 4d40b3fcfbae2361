import { derivedId } from '@lego-moc/kernel/ids';
import type { UserId } from '@lego-moc/kernel/message';

/** Every user has one wishlist; the name of its stream does not reveal the user. */
export const wishlistId = (owner: UserId): string => derivedId('wishlist', owner);
