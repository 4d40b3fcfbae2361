import type { UserId } from '@lego-moc/kernel/message';
import type { Purpose } from '../../domain/file-events.ts';

/** An uploaded image on this machine's disk, until it is disposed of. */
export interface StagedImage extends AsyncDisposable {
  /**
   * The image that is stored in place of the uploaded one: upright, without metadata, no larger than needed, as WebP.
   * `undefined` when the image cannot be decoded, or is too large.
   */
  process(purpose: Purpose, owner: UserId): Promise<Uint8Array | undefined>;
}

export interface ImageProcessor {
  /** Reads the image to its end. */
  stage(image: AsyncIterable<Uint8Array>): Promise<StagedImage>;
}
