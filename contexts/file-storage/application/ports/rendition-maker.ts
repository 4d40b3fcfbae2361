import type { ProcessedImage, Purpose, StoredRendition } from '../../domain/file-events.ts';

export type MadeRendition = Omit<StoredRendition, 'key' | 'size' | 'sha256'> & { readonly bytes: Uint8Array };

export type MadeRenditions = Omit<ProcessedImage, 'renditions'> & { readonly renditions: readonly MadeRendition[] };

/**
 * Makes the renditions of a stored image: squares for thumbnails, the whole image for other purposes. `undefined` when
 * the image cannot be decoded within the limits and in time. Throws an outage when too many images wait.
 */
export type MakeRenditions = (
  content: AsyncIterable<Uint8Array>,
  purpose: Purpose,
) => Promise<MadeRenditions | undefined>;
