import sharp from 'sharp';
import type { ImageStudio } from '../../application/ports/image-store.ts';

/** 50 megapixels: any camera's picture, but not a bomb that unpacks to gigabytes. */
const PIXELS_MAX = 50_000_000;
const SIDE_MAX = 1_600;
const SECONDS_MAX = 10;

/** Pictures made of pixels. An SVG is a program to draw one, and may ask for other files. */
const FORMATS = new Set(['jpeg', 'png', 'webp', 'gif', 'heif', 'tiff']);

/** Develops with libvips. Really decodes the picture: what merely claims to be one does not pass. */
export const sharpImageStudio: ImageStudio = {
  develop: async (picture) => {
    try {
      const taken = sharp(picture, { limitInputPixels: PIXELS_MAX, failOn: 'error' });
      const { format } = await taken.metadata();
      if (!FORMATS.has(format)) return undefined;
      return await taken
        .timeout({ seconds: SECONDS_MAX })
        .rotate()
        .resize({ width: SIDE_MAX, height: SIDE_MAX, fit: 'inside', withoutEnlargement: true })
        .webp()
        .toBuffer();
    } catch {
      return undefined;
    }
  },
};
