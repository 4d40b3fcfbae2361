import { webpWithin, type Develop } from '@lego-moc/pictures/develop';
import type { ImageStudio } from '../../application/ports/image-store.ts';

const SIDE_MAX = 1_600;

/** Develops by the platform's rules for pictures from strangers. */
export const imageStudio = (develop: Develop): ImageStudio => ({
  develop: (picture) => develop(picture, webpWithin(SIDE_MAX)),
});
