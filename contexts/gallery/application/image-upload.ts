import type { Clock } from '@lego-moc/application/clock';
import type { Cause } from '@lego-moc/application/event-streams';
import { isRejection, type Rejection } from '@lego-moc/kernel/decider';
import { derivedId } from '@lego-moc/kernel/ids';
import type { UserId } from '@lego-moc/kernel/message';
import type { AlbumId } from '../domain/album-events.ts';
import type { ImageDetails, ImageFile, ImageId, Visibility } from '../domain/image-events.ts';
import type { AddToAlbum, RefusalToAdd } from './album-images.ts';
import type { Owners } from './owners.ts';
import type { FileStore, IncomingImage } from './ports/file-store.ts';
import type { ImageStates } from './states.ts';

/** What is said of an image that is uploaded, and the album that it goes into. */
export type SaidOfImage = {
  readonly details: ImageDetails;
  readonly visibility: Visibility;
  readonly albumId?: AlbumId | undefined;
};

/** A file whose bytes are stored, and which is no image of the gallery yet. */
export type ReceivedImage = { readonly imageId: ImageId; readonly file: ImageFile };

export type ImageUploads = {
  /** Stores the file of an image. A refused one leaves nothing behind. */
  readonly receive: (incoming: IncomingImage, cause: Cause) => Promise<ReceivedImage | Rejection>;
  /** Makes a received file an image of its owner; a refused one is abandoned. */
  readonly complete: (
    receivedImage: ReceivedImage,
    owner: UserId,
    description: SaidOfImage,
    cause: Cause,
  ) => Promise<ImageId | Rejection>;
  /** Gives up what was begun and not completed. */
  readonly abandon: (imageId: ImageId, cause: Cause) => Promise<void>;
};

export type UploadDependencies = {
  readonly images: Pick<ImageStates, 'handle' | 'latest'>;
  readonly owners: Pick<Owners, 'begin'>;
  readonly files: Pick<FileStore, 'store' | 'discard'>;
  readonly addToAlbum: AddToAlbum;
  readonly refusalToAdd: RefusalToAdd;
  readonly now: Clock;
};

const stepOf = (cause: Cause, step: string, imageId: ImageId): Cause => ({
  ...cause,
  commandId: derivedId(cause.commandId, step, imageId),
});

/**
 * An upload is recorded before its first byte is stored, so that a process that dies at any point leaves nothing that is
 * not found again: what was begun and is not completed in time is abandoned, and the file of an abandoned upload is
 * discarded. The same upload sent again continues where the first one ended.
 */
export const imageUploads = (dependencies: UploadDependencies): ImageUploads => {
  const { images, owners, files, addToAlbum, refusalToAdd, now } = dependencies;

  const abandon: ImageUploads['abandon'] = async (imageId, cause) => {
    await images.handle(
      imageId,
      { type: 'AbandonUpload', data: { imageId, at: now() } },
      stepOf(cause, 'abandon', imageId),
    );
    const { state } = await images.latest(imageId);
    if (state.status === 'abandoned') await files.discard(imageId, stepOf(cause, 'discard', imageId));
  };

  return {
    abandon,

    receive: async (incoming, cause) => {
      const { imageId, owner } = incoming;
      const begin = { type: 'BeginImage', data: { imageId } } as const;
      const refusal = await owners.begin(owner, begin, stepOf(cause, 'own', imageId));
      if (refusal !== undefined) return refusal;
      const data = { imageId, by: owner, at: now() };
      const beginning = await images.handle(imageId, { type: 'BeginUpload', data }, stepOf(cause, 'begin', imageId));
      if (isRejection(beginning)) return beginning;
      const file = await files.store(incoming, stepOf(cause, 'store', imageId));
      if (!isRejection(file)) return { imageId, file };
      // It may be sent again under the same key, which an abandoned image refuses; what is not, the sweep abandons.
      if (file.rejected === 'too-many-uploads') return file;
      // Another content for an image that is there: its own file stays.
      await abandon(imageId, cause);
      return file;
    },

    complete: async ({ imageId, file }, owner, { details, visibility, albumId }, cause) => {
      const refusal = albumId === undefined ? undefined : await refusalToAdd(albumId, owner);
      if (refusal !== undefined) {
        await abandon(imageId, cause);
        return refusal;
      }
      const data = { imageId, by: owner, file, details, visibility, at: now() };
      const command = { type: 'CompleteUpload', data } as const;
      const completion = await images.handle(imageId, command, stepOf(cause, 'complete', imageId));
      if (isRejection(completion)) return completion;
      // An album that was deleted or filled this very moment does not undo the upload.
      if (albumId !== undefined)
        await addToAlbum({ albumId, by: owner, imageIds: [imageId] }, stepOf(cause, 'album', imageId));
      return imageId;
    },
  };
};
