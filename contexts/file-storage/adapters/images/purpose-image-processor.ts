import { webpWithin, type ImageProcessor as Process, type Rendering } from '@lego-moc/images/image-processor';
import type { ImageProcessor } from '../../application/ports/image-processor.ts';
import type { Purpose } from '../../domain/file-events.ts';

/** As wide and high as WebP can be. */
const WEBP_SIDE_MAX = 16_383;

/** Images that are shown on a screen need no more pixels than a screen has. */
const SCREEN_RENDERINGS: Partial<Record<Purpose, Rendering<Uint8Array>>> = {
  thumbnail: webpWithin(1_600),
  'gallery-image': webpWithin(3_840),
};

/** Instructions are read closely, down to the smallest part number. */
const FULL_RENDERING = webpWithin(WEBP_SIDE_MAX, 90);

/** Processes images by the platform's rules for images from strangers, at the size that the purpose needs. */
export const purposeImageProcessor = (process: Process): ImageProcessor => ({
  process: (image, purpose) => process(image, SCREEN_RENDERINGS[purpose] ?? FULL_RENDERING),
});
