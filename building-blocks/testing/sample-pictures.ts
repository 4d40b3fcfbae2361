import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';

/** Noise: a plain area would compress to so little that half of it is all of it. */
const noise = (pages = 1): Sharp => {
  const side = 48;
  const pixels = Buffer.alloc(side * side * pages * 3, 0).map((_, index) => (index * 7_919) % 251);
  return sharp(pixels, { raw: { width: side, height: side * pages, channels: 3, pageHeight: side } });
};

/** A picture of each kind that browsers and cameras make. HEIC is one that sharp cannot. */
export const stillPictures = {
  JPEG: await noise().jpeg().toBuffer(),
  PNG: await noise().png().toBuffer(),
  WebP: await noise().webp().toBuffer(),
  AVIF: await noise().avif({ effort: 0 }).toBuffer(),
  HEIC: readFileSync(join(import.meta.dirname, 'pictures/plate.heic')),
};

/** As a telephone that lies on its side takes it: with the place, the owner, and which way is up. */
export const photographOf = (seen: Sharp): Promise<Buffer> =>
  seen
    .withExif({
      IFD0: { Copyright: 'canary-camera', Artist: 'canary-owner' },
      IFD3: { GPSLatitude: '47/1 4/1 0/1', GPSLatitudeRef: 'N' },
    })
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer();

export const photograph = (width: number, height: number): Promise<Buffer> =>
  photographOf(sharp({ create: { width, height, channels: 3, background: '#c91a09' } }));

/** Pictures that move. */
export const animatedPictures = {
  GIF: await noise(40).gif().toBuffer(),
  WebP: await noise(40).webp({ effort: 0 }).toBuffer(),
};
