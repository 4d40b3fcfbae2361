import type { Instant, Message } from '@lego-moc/kernel/message';
import type { MocId } from './moc-id.ts';

/** An image or album of the gallery, by its id there. */
export type GalleryItem = { readonly kind: 'image' | 'album'; readonly itemId: string };

/** The owner linked an image or album of the gallery; unverified when the gallery could not be asked. */
export type GalleryItemLinked = Message<
  'GalleryItemLinked',
  { mocId: MocId; verified: boolean; linkedAt: Instant } & GalleryItem
>;

/** The gallery said later that a linked item exists. */
export type GalleryLinkVerified = Message<'GalleryLinkVerified', { mocId: MocId } & GalleryItem>;

/** The link is gone: the owner removed it, or its item does not exist any more. */
export type GalleryItemUnlinked = Message<
  'GalleryItemUnlinked',
  { mocId: MocId; because: 'owner' | 'gone' } & GalleryItem
>;

/** The owner chose which linked image stands for the MOC; null for the first one, whichever that is. */
export type CoverChosen = Message<'CoverChosen', { mocId: MocId; imageId: string | null }>;

export type GalleryLinkEvent = GalleryItemLinked | GalleryLinkVerified | GalleryItemUnlinked | CoverChosen;

const EVENTS: Record<GalleryLinkEvent['type'], true> = {
  ...{ GalleryItemLinked: true, GalleryLinkVerified: true, GalleryItemUnlinked: true, CoverChosen: true },
};

export const isGalleryLinkEvent = (event: Message): event is GalleryLinkEvent => Object.hasOwn(EVENTS, event.type);
