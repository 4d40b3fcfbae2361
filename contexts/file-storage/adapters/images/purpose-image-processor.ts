import type { ImageProcessor as Renderer } from '@lego-moc/images/image-processor';
import type { Rendition } from '@lego-moc/images/rendition';
import { writeTemporaryFile } from '@lego-moc/images/temporary-file';
import type { ImageProcessor } from '../../application/ports/image-processor.ts';
import type { Purpose } from '../../domain/file-events.ts';

/** As wide and high as WebP can be. */
const WEBP_SIDE_MAX = 16_383;

/** Images that are shown on a screen need no more pixels than a screen has. */
const SCREEN_RENDITIONS: Partial<Record<Purpose, Rendition>> = {
  thumbnail: { fit: 'inside', side: 1_600 },
  'gallery-image': { fit: 'inside', side: 3_840 },
};

/** Instructions are read closely, down to the smallest part number. */
const FULL_RENDITION: Rendition = { fit: 'inside', side: WEBP_SIDE_MAX, quality: 90 };

/** Processes images by the platform's rules for untrusted images, at the size that the purpose needs. */
export const purposeImageProcessor = (renderer: Renderer): ImageProcessor => ({
  stage: async (image) => {
    // The staging code has measured it already.
    const file = await writeTemporaryFile(image, { bytesMax: Infinity });
    return {
      process: async (purpose, owner) => {
        const images = await renderer.process(file.path, [SCREEN_RENDITIONS[purpose] ?? FULL_RENDITION], owner);
        return images?.[0];
      },
      [Symbol.asyncDispose]: () => file[Symbol.asyncDispose](),
    };
  },
});
