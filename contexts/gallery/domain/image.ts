import { reject, unreachable, type Decider, type Decision } from '@lego-moc/kernel/decider';
import type { Instant, Message, UserId } from '@lego-moc/kernel/message';
import type { ImageDetails, ImageEvent, ImageFile, ImageId, Visibility } from './image-events.ts';
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
export type ImageCommand = BeginUpload | CompleteUpload | AbandonUpload | ReviseImage | DeleteImage;

export type ImageRejection =
  'image-not-found' | 'image-deleted' | 'not-the-owner' | 'upload-abandoned' | 'idempotency-key-reused';

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
};

export type Image =
  | { readonly status: 'absent' }
  | { readonly status: 'uploading' | 'abandoned' | 'deleted'; readonly owner: UserId }
  | StoredImage;

type ImageDecision = Decision<ImageEvent, ImageRejection>;

const notFound = reject('image-not-found', 'There is no such image.');
const abandoned = reject('upload-abandoned', 'The upload broke off or took too long. Send it again.');
const keyReused = reject('idempotency-key-reused', 'This Idempotency-Key was used for another upload.');

/** Whether somebody may see it who knows its id. */
export const isVisibleTo = (
  reader: UserId,
  { owner, visibility }: Pick<StoredImage, 'owner' | 'visibility'>,
): boolean => owner === reader || visibility !== 'private';

export const sameDetails = (some: ImageDetails, other: ImageDetails): boolean =>
  some.title === other.title &&
  some.description === other.description &&
  some.altText === other.altText &&
  some.licence === other.licence &&
  sameStrings(some.tags, other.tags);

const begin = ({ data: { imageId, by, at } }: BeginUpload, image: Image): ImageDecision => {
  switch (image.status) {
    case 'absent':
      return [{ type: 'ImageUploadBegun', data: { imageId, owner: by, begunAt: at } }];
    case 'uploading':
    case 'stored':
      return image.owner === by ? [] : notFound;
    case 'abandoned':
      return abandoned;
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
      return abandoned;
    case 'deleted':
      return reject('image-deleted', 'The image was deleted.');
    default:
      return unreachable(image);
  }
};

const abandon = ({ data: { imageId, at } }: AbandonUpload, image: Image): ImageDecision =>
  image.status === 'uploading' ? [{ type: 'ImageUploadAbandoned', data: { imageId, abandonedAt: at } }] : [];

const revise = ({ data: { imageId, details, visibility } }: ReviseImage, image: StoredImage): ImageDecision => {
  const revised = { ...image.details, ...details };
  const described: readonly ImageEvent[] = sameDetails(revised, image.details)
    ? []
    : [{ type: 'ImageDescribed', data: { imageId, ...revised } }];
  const shown: readonly ImageEvent[] =
    visibility === undefined || visibility === image.visibility
      ? []
      : [{ type: 'ImageVisibilityChanged', data: { imageId, visibility } }];
  return [...described, ...shown];
};

/** Why this user may not change the image, if so. To those who cannot see it, it does not exist. */
const refusalFor = (by: UserId, image: Image) => {
  if (image.status === 'deleted' && image.owner === by) return reject('image-deleted', 'The image was deleted.');
  if (image.status !== 'stored') return notFound;
  if (image.owner === by) return undefined;
  return isVisibleTo(by, image) ? reject('not-the-owner', 'Only its owner may change an image.') : notFound;
};

const decide = (command: ImageCommand, image: Image): ImageDecision => {
  switch (command.type) {
    case 'BeginUpload':
      return begin(command, image);
    case 'CompleteUpload':
      return complete(command, image);
    case 'AbandonUpload':
      return abandon(command, image);
    case 'ReviseImage':
      if (image.status !== 'stored') return refusalFor(command.data.by, image) ?? notFound;
      return refusalFor(command.data.by, image) ?? revise(command, image);
    case 'DeleteImage': {
      const { imageId, by, at } = command.data;
      if (image.status === 'deleted' && image.owner === by) return [];
      return refusalFor(by, image) ?? [{ type: 'ImageDeleted', data: { imageId, deletedAt: at } }];
    }
    default:
      return unreachable(command);
  }
};

const detailsIn = ({ title, description, tags, altText, licence }: ImageDetails): ImageDetails => ({
  ...{ title, description, tags, altText, licence },
});

const evolve = (image: Image, event: ImageEvent): Image => {
  switch (event.type) {
    case 'ImageUploadBegun':
      return { status: 'uploading', owner: event.data.owner };
    case 'ImageUploaded': {
      const { owner, file, visibility, uploadedAt } = event.data;
      const details = detailsIn(event.data);
      return { status: 'stored', owner, file, details, firstDetails: details, visibility, uploadedAt };
    }
    case 'ImageUploadAbandoned':
      return image.status === 'uploading' ? { ...image, status: 'abandoned' } : image;
    case 'ImageDescribed':
      return image.status === 'stored' ? { ...image, details: detailsIn(event.data) } : image;
    case 'ImageVisibilityChanged':
      return image.status === 'stored' ? { ...image, visibility: event.data.visibility } : image;
    case 'ImageDeleted':
      return image.status === 'absent' ? image : { status: 'deleted', owner: image.owner };
    default:
      return unreachable(event);
  }
};

export const imageDecider: Decider<ImageCommand, Image, ImageEvent, ImageRejection> = {
  initial: { status: 'absent' },
  decide,
  evolve,
};
