import { open, readFile } from 'node:fs/promises';
import sharp, { type Sharp } from 'sharp';
import { decodeHeic, HEIC_HEAD_BYTES, isHeic } from './heic.ts';
import { isWithinLimits, PIXELS_MAX } from './limits.ts';
import { withWatermark } from './watermark.ts';
import type { RenderedImage, Rendition } from './rendition.ts';

/** `ACCEPTED_IMAGE_TYPES` in libvips' names. SVG is not among them: it is a program, and may ask for other files. */
const FORMATS = new Set(['jpeg', 'png', 'webp', 'gif', 'heif', 'tiff']);

const headOf = async (path: string): Promise<Uint8Array> => {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read({ buffer: new Uint8Array(HEIC_HEAD_BYTES) });
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
};

/** The decoder of the image in a file; `undefined` when it is none that is accepted. */
export const decoderOf = async (path: string): Promise<Sharp | undefined> => {
  if (isHeic(await headOf(path))) {
    const bitmap = await decodeHeic(await readFile(path));
    if (bitmap === undefined) return undefined;
    const { rgba, width, height } = bitmap;
    return sharp(rgba, { raw: { width, height, channels: 4 } });
  }
  const image = sharp(path, { limitInputPixels: PIXELS_MAX, failOn: 'error', sequentialRead: true });
  const { format, width, height } = await image.metadata();
  return FORMATS.has(format) && isWithinLimits(width, height) ? image : undefined;
};

/** Beyond this side WebP is encoded with less effort: half the time, and the file is no larger. */
const LARGE_SIDE = 4_096;

const resize = (image: Sharp, { fit, side }: Rendition): Sharp =>
  image.resize({ width: side, height: side, fit, withoutEnlargement: fit === 'inside' });

const encode = async (image: Sharp, rendition: Rendition): Promise<RenderedImage> => {
  const plain = resize(image, rendition);
  const picture = rendition.hasWatermark === true ? await withWatermark(plain) : plain;
  const { data, info } = await picture
    .webp({ quality: rendition.quality ?? 80, effort: rendition.side > LARGE_SIDE ? 2 : 4 })
    .toBuffer({ resolveWithObject: true });
  return { bytes: data, width: info.width, height: info.height };
};

/** Pixels of an image, reduced and upright, without any watermark. */
export type ReducedImage = { readonly decode: () => Sharp; readonly side: number };

type Encodings = { readonly images: readonly RenderedImage[]; readonly reduced?: ReducedImage };

/** Decodes once for all renditions of one fit: the smaller ones are made from the largest. */
const encodeAll = async (image: Sharp, renditions: readonly Rendition[]): Promise<Encodings> => {
  const [first, ...rest] = renditions;
  if (first === undefined) return { images: [] };
  if (rest.length === 0) return { images: [await encode(image, first)] };
  const largest = renditions.reduce((best, other) => (other.side > best.side ? other : best));
  const { data, info } = await resize(image, largest).raw().toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  const decode = (): Sharp => sharp(data, { raw: { width, height, channels } });
  const images = await Promise.all(renditions.map((rendition) => encode(decode(), rendition)));
  return { images, reduced: { decode, side: largest.side } };
};

/** The renditions of an image, and its reduced pixels where it was reduced as a whole for several of them. */
export type RenderedImages = { readonly images: readonly RenderedImage[]; readonly reduced?: ReducedImage };

/**
 * The renditions of the image in a file, in their order; of an animation, its first frame. Decodes all of it, so a file
 * that only claims to be an image, is cut off or too large gives `undefined`, and nothing hidden in it or behind it passes.
 * Throws where a decoder does.
 */
export const renderImage = async (
  path: string,
  renditions: readonly Rendition[],
  decode = () => decoderOf(path),
): Promise<RenderedImages | undefined> => {
  const image = (await decode())?.autoOrient();
  if (image === undefined) return undefined;
  const images = new Map<Rendition, RenderedImage>();
  let whole: ReducedImage | undefined;
  for (const fit of ['cover', 'inside'] as const) {
    const group = renditions.filter((rendition) => rendition.fit === fit);
    const encodings = await encodeAll(image.clone(), group);
    if (fit === 'inside') whole = encodings.reduced;
    for (const [index, rendition] of group.entries()) {
      const encoding = encodings.images[index];
      if (encoding !== undefined) images.set(rendition, encoding);
    }
  }
  const orderedImages = renditions.flatMap((rendition) => images.get(rendition) ?? []);
  return { images: orderedImages, ...(whole === undefined ? {} : { reduced: whole }) };
};
