import { webpWithin, type Develop, type Print } from '@lego-moc/pictures/develop';
import type { PictureStudio } from '../../application/ports/picture-studio.ts';
import type { Purpose } from '../../domain/file-events.ts';

/** As wide and high as WebP can be. */
const WEBP_SIDE_MAX = 16_383;

/** What is looked at on a screen needs no more than a screen has. */
const LOOKED_AT: Partial<Record<Purpose, Print<Uint8Array>>> = {
  thumbnail: webpWithin(1_600),
  'gallery-image': webpWithin(3_840),
};

/** Instructions are read closely, down to the smallest number of a part. */
const READ = webpWithin(WEBP_SIDE_MAX, 90);

/** Develops by the platform's rules for pictures from strangers. */
export const pictureStudio = (develop: Develop): PictureStudio => ({
  develop: (picture, purpose) => develop(picture, LOOKED_AT[purpose] ?? READ),
});
