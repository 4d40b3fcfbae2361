import type { Purpose } from '../../domain/file-events.ts';

/** Converts an uploaded image to the one that is stored: upright, without metadata, no larger than needed, as WebP. */
export interface ImageProcessor {
  /** `undefined` when the image cannot be decoded, or is too large. */
  process(image: Uint8Array, purpose: Purpose): Promise<Uint8Array | undefined>;
}
