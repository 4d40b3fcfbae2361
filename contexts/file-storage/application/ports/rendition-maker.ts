import type { FileStored, ProcessedImage, StoredRendition } from '../../domain/file-events.ts';

export type MadeRendition = Omit<StoredRendition, 'key' | 'size' | 'sha256'> & { readonly bytes: Uint8Array };

export type MadeRenditions = Omit<ProcessedImage, 'renditions'> & { readonly renditions: readonly MadeRendition[] };

/**
 * Makes the renditions of a stored image: squares for thumbnails, the whole image for other purposes. `undefined` when
 * the image, or the first page of a document, cannot be decoded within the limits and in time. Throws an outage when too many images wait.
 */
export type MakeRenditions = (
  content: AsyncIterable<Uint8Array>,
  file: Pick<FileStored['data'], 'purpose' | 'mediaType' | 'watermark'>,
) => Promise<MadeRenditions | undefined>;
