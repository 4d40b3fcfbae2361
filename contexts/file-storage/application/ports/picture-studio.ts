import type { Purpose } from '../../domain/file-events.ts';

/** Makes a picture fit to keep: upright, without what the camera noted, no larger than its purpose needs, as WebP. */
export interface PictureStudio {
  /** `undefined` when it is no picture that can be shown. */
  develop(picture: Uint8Array, purpose: Purpose): Promise<Uint8Array | undefined>;
}
