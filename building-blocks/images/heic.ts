import { isWithinLimits } from './limits.ts';

/** Pixels without a format: four bytes each, red first. */
export type RawImage = { readonly width: number; readonly height: number; readonly rgba: Uint8Array };

/** The brands of HEIF files whose image is HEVC: ISO/IEC 23008-12, annex B. */
const HEVC_BRAND = /^(heic|heix|heim|heis|hevc|hevx|hevm|hevs)$/;

/** How many bytes of a file `isHeic` needs. */
export const HEIC_HEAD_BYTES = 64;

/** Whether the file declares an HEVC image (HEIC), not an AV1 one (AVIF). */
export const isHeic = (file: Uint8Array): boolean => {
  const head = Buffer.from(file.buffer, file.byteOffset, Math.min(file.length, HEIC_HEAD_BYTES));
  if (head.toString('latin1', 4, 8) !== 'ftyp') return false;
  const end = Math.min(head.readUInt32BE(0), head.length);
  const brands = [8, ...Array.from({ length: 16 }, (_, index) => 16 + 4 * index)].filter((at) => at + 4 <= end);
  return brands.some((at) => HEVC_BRAND.test(head.toString('latin1', at, at + 4)));
};

/**
 * Decodes the first image of a HEIC file with libheif in WebAssembly, since libvips as npm ships it has no HEVC. Blocks
 * its thread for a second and takes some hundred megabytes. `undefined` when there is no image, or one beyond the limits.
 */
export const decodeHeic = async (file: Uint8Array): Promise<RawImage | undefined> => {
  const { default: libheif } = await import('libheif-js/wasm-bundle.js');
  const [image] = new libheif.HeifDecoder().decode(file);
  const width = image?.get_width() ?? 0;
  const height = image?.get_height() ?? 0;
  if (image === undefined || !isWithinLimits(width, height)) return undefined;
  const data = new Uint8ClampedArray(width * height * 4);
  return new Promise((resolve) => {
    image.display({ data, width, height }, (pixels) =>
      resolve(pixels === null ? undefined : { width, height, rgba: new Uint8Array(data.buffer) }),
    );
  });
};
