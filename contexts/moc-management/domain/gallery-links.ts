import { reject, unreachable, type Decision } from '@lego-moc/kernel/decider';
import type { Instant, Message, UserId } from '@lego-moc/kernel/message';
import type { MocId } from './moc-id.ts';
import type { GalleryItem, GalleryLinkEvent } from './gallery-link-events.ts';

/** `verified`: the gallery has just said that the item exists for the owner. */
export type LinkGalleryItem = Message<
  'LinkGalleryItem',
  { mocId: MocId; by: UserId; verified: boolean; at: Instant } & GalleryItem
>;
export type UnlinkGalleryItem = Message<'UnlinkGalleryItem', { mocId: MocId; by: UserId } & GalleryItem>;
/** Sent by the platform once the gallery has said that the item exists. */
export type VerifyGalleryLink = Message<'VerifyGalleryLink', { mocId: MocId } & GalleryItem>;
/** Sent by the platform once the item is known not to exist. */
export type DropGalleryLink = Message<'DropGalleryLink', { mocId: MocId } & GalleryItem>;

/** Says which linked image stands for the MOC; null for the first one. */
export type ChooseCover = Message<'ChooseCover', { mocId: MocId; by: UserId; imageId: string | null }>;

export type OwnersLinkCommand = LinkGalleryItem | UnlinkGalleryItem | ChooseCover;
const OWNERS_COMMANDS: Record<OwnersLinkCommand['type'], true> = {
  ...{ LinkGalleryItem: true, UnlinkGalleryItem: true, ChooseCover: true },
};

export const isLinkCommand = (command: Message): command is OwnersLinkCommand =>
  Object.hasOwn(OWNERS_COMMANDS, command.type);

export type GalleryLinkCommand = OwnersLinkCommand | VerifyGalleryLink | DropGalleryLink;

export type GalleryLinkRejection = 'too-many-gallery-links' | 'cover-not-linked';

/** A link is unverified when the gallery could not be asked; it is validated later. */
export type GalleryLink = GalleryItem & {
  readonly verified: boolean;
  readonly linkedAt: Instant;
  /** Its owner chose this image to stand for the MOC. */
  readonly isCover?: true;
};

/** A link that a MOC is about to be drafted with. */
export type PreparedLink = Pick<GalleryLink, 'kind' | 'itemId' | 'verified'>;

/** More would be a gallery of its own. */
export const GALLERY_LINKS_MAX = 100;

type Links = readonly GalleryLink[];
type LinkDecision = Decision<GalleryLinkEvent, GalleryLinkRejection>;

/** The answer to one link too many. */
export const tooManyLinks = reject(
  'too-many-gallery-links',
  `A MOC links at most ${String(GALLERY_LINKS_MAX)} images and albums.`,
);

const isTo =
  ({ kind, itemId }: GalleryItem) =>
  (link: GalleryItem): boolean =>
    link.kind === kind && link.itemId === itemId;

const link = ({ data }: LinkGalleryItem, links: Links): LinkDecision => {
  const { mocId, kind, itemId, verified, at } = data;
  const present = links.find(isTo(data));
  if (present !== undefined)
    return verified && !present.verified ? [{ type: 'GalleryLinkVerified', data: { mocId, kind, itemId } }] : [];
  if (links.length >= GALLERY_LINKS_MAX) return tooManyLinks;
  return [{ type: 'GalleryItemLinked', data: { mocId, kind, itemId, verified, linkedAt: at } }];
};

const chosenCover = (links: Links): string | null => links.find(({ isCover }) => isCover)?.itemId ?? null;

/** The image that stands for a MOC: the chosen one, else the first that it links; null without linked images. */
export const coverOf = (links: Links): string | null =>
  chosenCover(links) ?? links.find(({ kind }) => kind === 'image')?.itemId ?? null;

const chooseCover = ({ data: { mocId, imageId } }: ChooseCover, links: Links): LinkDecision => {
  if (imageId !== null && !links.some(isTo({ kind: 'image', itemId: imageId })))
    return reject('cover-not-linked', 'A cover is an image that the MOC links. Link it first.');
  return imageId === chosenCover(links) ? [] : [{ type: 'CoverChosen', data: { mocId, imageId } }];
};

/** What follows for the gallery links of a MOC. */
export const changeLinks = (command: GalleryLinkCommand, links: Links): LinkDecision => {
  if (command.type === 'LinkGalleryItem') return link(command, links);
  if (command.type === 'ChooseCover') return chooseCover(command, links);
  const { mocId, kind, itemId } = command.data;
  const present = links.find(isTo(command.data));
  if (present === undefined) return [];
  switch (command.type) {
    case 'UnlinkGalleryItem':
      return [{ type: 'GalleryItemUnlinked', data: { mocId, kind, itemId, because: 'owner' } }];
    case 'DropGalleryLink':
      return [{ type: 'GalleryItemUnlinked', data: { mocId, kind, itemId, because: 'gone' } }];
    case 'VerifyGalleryLink':
      return present.verified ? [] : [{ type: 'GalleryLinkVerified', data: { mocId, kind, itemId } }];
    default:
      return unreachable(command);
  }
};

/** The gallery links after one more event. */
export const evolveLinks = (links: Links, event: GalleryLinkEvent): Links => {
  switch (event.type) {
    case 'GalleryItemLinked': {
      const { kind, itemId, verified, linkedAt } = event.data;
      return [...links, { kind, itemId, verified, linkedAt }];
    }
    case 'GalleryLinkVerified':
      return links.map((some) => (isTo(event.data)(some) ? { ...some, verified: true } : some));
    case 'GalleryItemUnlinked':
      return links.filter((some) => !isTo(event.data)(some));
    case 'CoverChosen': {
      const isChosen = isTo({ kind: 'image', itemId: event.data.imageId ?? '' });
      return links.map(({ kind, itemId, verified, linkedAt }) => {
        const link = { kind, itemId, verified, linkedAt };
        return isChosen(link) ? { ...link, isCover: true } : link;
      });
    }
    default:
      return unreachable(event);
  }
};
