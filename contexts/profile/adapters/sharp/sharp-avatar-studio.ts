import sharp from 'sharp';
import { AVATAR_SIZES, type AvatarSquares, type AvatarStudio } from '../../application/ports/avatars.ts';

/** 50 megapixels: any camera's picture, but not a bomb that unpacks to gigabytes. */
const PIXELS_MAX = 50_000_000;
const SECONDS_MAX = 10;

/** What libvips is asked to decode: no vector graphics, which can refer to other files. */
const FORMATS = new Set(['jpeg', 'png', 'webp', 'heif']);

/** The brands of HEIF files whose picture is HEVC: ISO/IEC 23008-12, annex B. */
const HEVC_BRAND = /^(heic|heix|heim|heis|hevc|hevx|hevm|hevs)$/;

/** libvips as npm brings it decodes AV1 pictures in HEIF files, but not HEVC ones: that codec is patented. */
const isHeic = (picture: Uint8Array): boolean => {
  const head = Buffer.from(picture.buffer, picture.byteOffset, Math.min(picture.length, 64));
  if (head.toString('latin1', 4, 8) !== 'ftyp') return false;
  const end = Math.min(head.readUInt32BE(0), head.length);
  const brands = [8, ...Array.from({ length: 16 }, (_, index) => 16 + 4 * index)].filter((at) => at + 4 <= end);
  return brands.some((at) => HEVC_BRAND.test(head.toString('latin1', at, at + 4)));
};

const squaresOf = async (picture: Uint8Array): Promise<AvatarSquares | undefined> => {
  const source = sharp(picture, { limitInputPixels: PIXELS_MAX, failOn: 'error' }).timeout({ seconds: SECONDS_MAX });
  if (!FORMATS.has((await source.metadata()).format)) return undefined;
  const side = Math.max(...AVATAR_SIZES);
  // Metadata is left behind unless asked for; what it says about the orientation is done before.
  const largest = await source
    .autoOrient()
    .resize(side, side, { fit: 'cover' })
    .png({ compressionLevel: 1 })
    .toBuffer();
  const squares = AVATAR_SIZES.map(
    async (size) => [size, await sharp(largest).resize(size, size).webp().toBuffer()] as const,
  );
  return new Map(await Promise.all(squares));
};

/** Develops with libvips. Really decodes the picture: what merely claims to be one does not pass. */
export const sharpAvatarStudio: AvatarStudio = {
  develop: async (picture) => {
    if (isHeic(picture)) return 'heic';
    try {
      return (await squaresOf(picture)) ?? 'unreadable';
    } catch {
      return 'unreadable';
    }
  },
};
