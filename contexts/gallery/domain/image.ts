import { isRejection, reject, unreachable, type Decider, type Decision } from '@lego-moc/kernel/decider';
import type { Instant, Message, UserId } from '@lego-moc/kernel/message';
import type { ImageDetails, ImageEvent, ImageFile, ImageId, ModerationEvent, Visibility } from './image-events.ts';
import {
  evolveModeration,
  isModerationCommand,
  isModerationEvent,
  moderate,
  INITIAL_MODERATION,
  type Moderation,
  type ModerationCommand,
  type ModerationRejection,
} from './moderation.ts';
import { sameStrings } from './same-strings.ts';

/** Announces that its file is about to be stored. */
export type BeginUpload = Message<'BeginUpload', { imageId: ImageId; by: UserId; at: Instant }>;
/** Adds the image whose file is stored. */
export type CompleteUpload = Message<
  'CompleteUpload',
  { imageId: ImageId; by: UserId; file: ImageFile; details: ImageDetails; visibility: Visibility; at: Instant }
>;
export type AbandonUpload = Message<'AbandonUpload', { imageId: ImageId; at: Instant }>;
/** What is left out stays as it is. */
export type ReviseImage = Message<
  'ReviseImage',
  { imageId: ImageId; by: UserId; details: Partial<ImageDetails>; visibility?: Visibility }
>;
export type DeleteImage = Message<'DeleteImage', { imageId: ImageId; by: UserId; at: Instant }>;
export type ImageCommand = BeginUpload | CompleteUpload | AbandonUpload | ReviseImage | DeleteImage | ModerationCommand;

export type ImageRejection =
  | 'image-not-found'
  | 'image-deleted'
  | 'not-the-owner'
  | 'upload-abandoned'
  | 'idempotency-key-reused'
  | ModerationRejection;

/** An image in the gallery. */
export type StoredImage = {
  readonly status: 'stored';
  readonly owner: UserId;
  readonly file: ImageFile;
  readonly details: ImageDetails;
  readonly visibility: Visibility;
  readonly uploadedAt: Instant;
  /** What was said at first: the same upload sent again says the same. */
  readonly firstDetails: ImageDetails;
  readonly moderation: Moderation;
};

export type Image =
  | { readonly status: 'absent' }
  | { readonly status: 'uploading' | 'abandoned' | 'deleted'; readonly owner: UserId }
  | StoredImage;

type ImageDecision = Decision<ImageEvent, ImageRejection>;

const notFound = reject('image-not-found', 'There is no such image.');
const abandonedUpload = reject('upload-abandoned', 'The upload broke off or took too long. Send it again.');
const keyReused = reject('idempotency-key-reused', 'This Idempotency-Key was used for another upload.');

/** Whether somebody may see it who knows its id. */
export const isVisibleTo = (
  reader: UserId,
  { owner, visibility, moderation }: Pick<StoredImage, 'owner' | 'visibility' | 'moderation'>,
): boolean => owner === reader || (visibility !== 'private' && !moderation.hidden);

export const sameDetails = (first: ImageDetails, other: ImageDetails): boolean =>
  first.title === other.title &&
  first.description === other.description &&
  first.altText === other.altText &&
  first.licence === other.licence &&
  sameStrings(first.tags, other.tags);

const begin = ({ data: { imageId, by, at } }: BeginUpload, image: Image): ImageDecision => {
  switch (image.status) {
    case 'absent':
      return [{ type: 'ImageUploadBegun', data: { imageId, owner: by, begunAt: at } }];
    case 'uploading':
    case 'stored':
      return image.owner === by ? [] : notFound;
    case 'abandoned':
      return abandonedUpload;
    case 'deleted':
      return reject('image-deleted', 'The image was deleted.');
    default:
      return unreachable(image);
  }
};

const complete = ({ data }: CompleteUpload, image: Image): ImageDecision => {
  const { imageId, by, file, details, visibility, at } = data;
  if (image.status === 'absent' || image.owner !== by) return notFound;
  switch (image.status) {
    case 'uploading':
      return [{ type: 'ImageUploaded', data: { imageId, owner: by, file, ...details, visibility, uploadedAt: at } }];
    case 'stored':
      return sameDetails(details, image.firstDetails) ? [] : keyReused;
    case 'abandoned':
      return abandonedUpload;
    case 'deleted':
      return reject('image-deleted', 'The image was deleted.');
    default:
      return unreachable(image);
  }
};

const abandon = ({ data: { imageId, at } }: AbandonUpload, image: Image): ImageDecision =>
  image.status === 'uploading' ? [{ type: 'ImageUploadAbandoned', data: { imageId, abandonedAt: at } }] : [];

const revise = ({ data: { imageId, details, visibility } }: ReviseImage, image: StoredImage): ImageDecision => {
  const newDetails = { ...image.details, ...details };
  const revisions: readonly ImageEvent[] = sameDetails(newDetails, image.details)
    ? []
    : [{ type: 'ImageDescribed', data: { imageId, ...newDetails } }];
  const visibilityChanges: readonly ImageEvent[] =
    visibility === undefined || visibility === image.visibility
      ? []
      : [{ type: 'ImageVisibilityChanged', data: { imageId, visibility } }];
  return [...revisions, ...visibilityChanges];
};

/** The image, if this user may change it. To those who cannot see it, it does not exist. */
const ownedBy = (by: UserId, image: Image) => {
  if (image.status === 'deleted' && image.owner === by) return reject('image-deleted', 'The image was deleted.');
  if (image.status !== 'stored') return notFound;
  if (image.owner === by) return image;
  return isVisibleTo(by, image) ? reject('not-the-owner', 'Only its owner may change an image.') : notFound;
};

const remove = ({ data: { imageId, by, at } }: DeleteImage, image: Image): ImageDecision => {
  if (image.status === 'deleted' && image.owner === by) return [];
  const ownImage = ownedBy(by, image);
  return isRejection(ownImage) ? ownImage : [{ type: 'ImageDeleted', data: { imageId, deletedAt: at } }];
};

/** Flags come from whoever sees the image, or saw it until others flagged it; appeals from its owner. */
const decideModeration = (command: ModerationCommand, image: Image): ImageDecision => {
  if (image.status !== 'stored') return notFound;
  const { moderation, owner, visibility } = image;
  if (command.type === 'FlagImage' && command.data.by !== owner && visibility === 'private') return notFound;
  if (command.type === 'AppealDecision') {
    const ownImage = ownedBy(command.data.by, image);
    if (isRejection(ownImage)) return ownImage;
  }
  return moderate(command, moderation);
};

const decide = (command: ImageCommand, image: Image): ImageDecision => {
  if (isModerationCommand(command)) return decideModeration(command, image);
  switch (command.type) {
    case 'BeginUpload':
      return begin(command, image);
    case 'CompleteUpload':
      return complete(command, image);
    case 'AbandonUpload':
      return abandon(command, image);
    case 'ReviseImage': {
      const ownImage = ownedBy(command.data.by, image);
      return isRejection(ownImage) ? ownImage : revise(command, ownImage);
    }
    case 'DeleteImage':
      return remove(command, image);
    default:
      return unreachable(command);
  }
};

const detailsIn = ({ title, description, tags, altText, licence }: ImageDetails): ImageDetails => ({
  ...{ title, description, tags, altText, licence },
});

type EventOfStored = ModerationEvent | Extract<ImageEvent, { type: 'ImageDescribed' | 'ImageVisibilityChanged' }>;

const evolveStored = (image: StoredImage, event: EventOfStored): StoredImage => {
  if (isModerationEvent(event)) return { ...image, moderation: evolveModeration(image.moderation, event) };
  return event.type === 'ImageDescribed'
    ? { ...image, details: detailsIn(event.data) }
    : { ...image, visibility: event.data.visibility };
};

const evolve = (image: Image, event: ImageEvent): Image => {
  switch (event.type) {
    case 'ImageUploadBegun':
      return { status: 'uploading', owner: event.data.owner };
    case 'ImageUploaded': {
      const { owner, file, visibility, uploadedAt } = event.data;
      const details = detailsIn(event.data);
      return {
        ...{ status: 'stored', owner, file, details, firstDetails: details },
        ...{ visibility, uploadedAt, moderation: INITIAL_MODERATION },
      };
    }
    case 'ImageUploadAbandoned':
      return image.status === 'uploading' ? { ...image, status: 'abandoned' } : image;
    case 'ImageDeleted':
      return image.status === 'absent' ? image : { status: 'deleted', owner: image.owner };
    default:
      return image.status === 'stored' ? evolveStored(image, event) : image;
  }
};

export const imageDecider: Decider<ImageCommand, Image, ImageEvent, ImageRejection> = {
  initial: { status: 'absent' },
  decide,
  evolve,
};
