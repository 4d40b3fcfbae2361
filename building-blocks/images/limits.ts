/** The types of images that are accepted, for people to read. */
export const ACCEPTED_IMAGE_TYPES = 'JPEG, PNG, HEIC, WebP, AVIF, GIF or TIFF';

/** 50 megapixels: any camera's image, but not a bomb that unpacks to gigabytes. */
export const PIXELS_MAX = 50_000_000;

/** Wide enough for panoramas and scans. A line of millions of pixels is decoded a thousand times slower than a square. */
export const SIDE_MAX = 20_000;

/** Both limits, for people to read. */
export const IMAGE_SIZE_MAX = `${PIXELS_MAX / 1_000_000} megapixels and ${SIDE_MAX.toLocaleString('en')} pixels a side`;

/** Whether an image of this size is decoded at all. */
export const isWithinLimits = (width: number, height: number): boolean =>
  width > 0 && height > 0 && Math.max(width, height) <= SIDE_MAX && width * height <= PIXELS_MAX;
