import sharp, { type Sharp } from 'sharp';
import { heicDecoder, isHeic } from './heic-decoder.ts';
import { PIXELS_MAX } from './limits.ts';

const SECONDS_MAX = 10;

/** `PICTURES_TAKEN`, as libvips calls them. An SVG is a program to draw a picture, and may ask for other files. */
const FORMATS = new Set(['jpeg', 'png', 'webp', 'gif', 'heif', 'tiff']);

/** Makes what is kept out of a picture that stands upright. What the camera noted is left behind. */
export type Rendering<Kept> = (upright: Sharp) => Promise<Kept>;

/**
 * Develops a picture from a stranger. Really decodes it: what merely claims to be a picture, breaks off or is too large
 * does not pass, and nothing passes that lies in it or behind it. `undefined` when nothing can be shown. Of pictures
 * that move, the first is taken.
 */
export type ImageProcessor = <Kept>(picture: Uint8Array, print: Rendering<Kept>) => Promise<Kept | undefined>;

/** As WebP, within a square of that side. */
export const webpWithin =
  (side: number, quality = 80): Rendering<Uint8Array> =>
  (upright) =>
    upright.resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true }).webp({ quality }).toBuffer();

/** Develops with libvips, and HEIC with libheif. One for a process: HEIC pictures wait for each other. */
export const imageProcessor = (): ImageProcessor => {
  const decodeHeic = heicDecoder(PIXELS_MAX);

  const sourceOf = async (picture: Uint8Array): Promise<Sharp | undefined> => {
    if (isHeic(picture)) {
      const decoded = await decodeHeic(picture);
      if (decoded === undefined) return undefined;
      const { rgba, width, height } = decoded;
      return sharp(rgba, { raw: { width, height, channels: 4 } });
    }
    const source = sharp(picture, { limitInputPixels: PIXELS_MAX, failOn: 'error' });
    return FORMATS.has((await source.metadata()).format) ? source : undefined;
  };

  return async (picture, print) => {
    try {
      const source = await sourceOf(picture);
      return source === undefined ? undefined : await print(source.timeout({ seconds: SECONDS_MAX }).autoOrient());
    } catch {
      return undefined;
    }
  };
};
