import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';

/** Noise: a plain area would compress so well that half of the file holds all of it. */
const noise = (pages = 1): Sharp => {
  const side = 48;
  const pixels = Buffer.alloc(side * side * pages * 3, 0).map((_, index) => (index * 7_919) % 251);
  return sharp(pixels, { raw: { width: side, height: side * pages, channels: 3, pageHeight: side } });
};

/** An image of each type that browsers and cameras make. HEIC is one that sharp cannot make. */
export const stillImages = {
  JPEG: await noise().jpeg().toBuffer(),
  PNG: await noise().png().toBuffer(),
  WebP: await noise().webp().toBuffer(),
  AVIF: await noise().avif({ effort: 0 }).toBuffer(),
  HEIC: readFileSync(join(import.meta.dirname, 'images/plate.heic')),
};

/** A photograph of a telephone held sideways: with the place, the owner, and the orientation. */
export const photographOf = (scene: Sharp): Promise<Buffer> =>
  scene
    .withExif({
      IFD0: { Copyright: 'canary-camera', Artist: 'canary-owner' },
      IFD3: { GPSLatitude: '47/1 4/1 0/1', GPSLatitudeRef: 'N' },
    })
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer();

export const photograph = (width: number, height: number): Promise<Buffer> =>
  photographOf(sharp({ create: { width, height, channels: 3, background: '#c91a09' } }));

/** Animated images. */
export const animatedImages = {
  GIF: await noise(40).gif().toBuffer(),
  WebP: await noise(40).webp({ effort: 0 }).toBuffer(),
};
