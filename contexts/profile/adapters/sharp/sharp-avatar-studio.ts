import sharp, { type Sharp } from 'sharp';
import {
  AVATAR_SIZES,
  type AvatarSquares,
  type AvatarStudio,
  type DecodeHeic,
} from '../../application/ports/avatars.ts';

/** 50 megapixels: any camera's picture, but not a bomb that unpacks to gigabytes. */
export const PIXELS_MAX = 50_000_000;
const SECONDS_MAX = 10;

/** What libvips is asked to decode: no vector graphics, which can refer to other files. */
const FORMATS = new Set(['jpeg', 'png', 'webp', 'heif']);

/** The brands of HEIF files whose picture is HEVC: ISO/IEC 23008-12, annex B. */
const HEVC_BRAND = /^(heic|heix|heim|heis|hevc|hevx|hevm|hevs)$/;

/** libvips as npm brings it decodes AV1 pictures in HEIF files (AVIF), but not HEVC ones. */
const isHeic = (picture: Uint8Array): boolean => {
  const head = Buffer.from(picture.buffer, picture.byteOffset, Math.min(picture.length, 64));
  if (head.toString('latin1', 4, 8) !== 'ftyp') return false;
  const end = Math.min(head.readUInt32BE(0), head.length);
  const brands = [8, ...Array.from({ length: 16 }, (_, index) => 16 + 4 * index)].filter((at) => at + 4 <= end);
  return brands.some((at) => HEVC_BRAND.test(head.toString('latin1', at, at + 4)));
};

/** Metadata is left behind unless asked for; what it says about the orientation is done before. */
const squaresOf = async (source: Sharp): Promise<AvatarSquares> => {
  const side = Math.max(...AVATAR_SIZES);
  const largest = await source
    .timeout({ seconds: SECONDS_MAX })
    .autoOrient()
    .resize(side, side, { fit: 'cover' })
    .png({ compressionLevel: 1 })
    .toBuffer();
  const squares = AVATAR_SIZES.map(async (size) => {
    const webp = await sharp(largest).resize(size, size).webp().toBuffer();
    return [size, webp] as const;
  });
  return new Map(await Promise.all(squares));
};

/** Develops with libvips, and HEIC with the help of who can. Really decodes: what merely claims to be a picture does not pass. */
export const sharpAvatarStudio = (decodeHeic: DecodeHeic): AvatarStudio => {
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

  return {
    develop: async (picture) => {
      try {
        const source = await sourceOf(picture);
        return source === undefined ? undefined : await squaresOf(source);
      } catch {
        return undefined;
      }
    },
  };
};
