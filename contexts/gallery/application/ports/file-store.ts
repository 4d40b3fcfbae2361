import type { Cause } from '@lego-moc/application/event-streams';
import type { Rejection } from '@lego-moc/kernel/decider';
import type { UserId } from '@lego-moc/kernel/message';
import type { FileReply, Preview } from '../../contracts/http-api.ts';
import type { ImageFile, ImageId } from '../../domain/image-events.ts';

/** An image on its way in. `content` is read once. */
export type IncomingImage = {
  readonly imageId: ImageId;
  readonly owner: UserId;
  /** Of the owner: the largest of their quotas holds. */
  readonly roles: readonly string[];
  readonly name: string;
  /** Whether its renditions carry the platform's mark. */
  readonly watermark?: boolean;
  readonly content: AsyncIterable<Uint8Array>;
};

/** Stores the files of images, each under the id of its image. */
export interface FileStore {
  /** Safe to repeat with the same content. Refuses what is no image, too large or infected; throws an outage. */
  store(image: IncomingImage, cause: Cause): Promise<ImageFile | Rejection>;
  /** Removes the file and refuses the id from then on. Idempotent; throws when that could not be done. */
  discard(imageId: ImageId, cause: Cause): Promise<void>;
  /** Signed URLs of the file and of its renditions; `undefined` when it is gone. */
  url(imageId: ImageId): Promise<FileReply | undefined>;
  /** The renditions of each image, in their order. Never throws: an outage makes them `unavailable`. */
  previews(imageIds: readonly ImageId[]): Promise<readonly Preview[]>;
}
