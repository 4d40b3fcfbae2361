import { webpWithin, type ImageProcessor } from '@lego-moc/images/image-processor';
import type { ImageStudio } from '../../application/ports/image-store.ts';

const SIDE_MAX = 1_600;

/** Develops by the platform's rules for pictures from strangers. */
export const imageStudio = (develop: ImageProcessor): ImageStudio => ({
  develop: (picture) => develop(picture, webpWithin(SIDE_MAX)),
});
