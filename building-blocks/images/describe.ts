import { encode } from 'blurhash';
import sharp from 'sharp';
import { decoderOf, type ReducedImage } from './render.ts';
import type { ImageDescription } from './rendition.ts';

/** Enough pixels for a blurred preview and for its colours. */
const PREVIEW_SIDE = 64;

/** How many waves of light and dark the preview has across and down. */
const BLURHASH_COMPONENTS = [4, 3] as const;

const hex = (channel: number): string => channel.toString(16).padStart(2, '0');

/**
 * Describes the image in a file; of an animation, its first frame. `undefined` and errors as of `renderImage`, whose reduced
 * pixels save decoding it once more.
 */
export const describeImage = async (
  path: string,
  { decode = () => decoderOf(path), reduced }: { decode?: typeof decoderOf; reduced?: ReducedImage | undefined } = {},
): Promise<ImageDescription | undefined> => {
  const image = await decode(path);
  if (image === undefined) return undefined;
  const { autoOrient: upright } = await image.metadata();
  const pixels = reduced !== undefined && reduced.side >= PREVIEW_SIDE ? reduced.decode() : image.autoOrient();
  const { data, info } = await pixels
    .resize({ width: PREVIEW_SIDE, height: PREVIEW_SIDE, fit: 'inside' })
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { dominant } = await sharp(data, { raw: { ...info, channels: 4 } }).stats();
  return {
    ...{ width: upright.width, height: upright.height },
    blurhash: encode(new Uint8ClampedArray(data), info.width, info.height, ...BLURHASH_COMPONENTS),
    dominantColour: `#${hex(dominant.r)}${hex(dominant.g)}${hex(dominant.b)}`,
  };
};
