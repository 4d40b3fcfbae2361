/** The types of images that are accepted, for people to read. */
export const ACCEPTED_IMAGE_TYPES = 'JPEG, PNG, HEIC, WebP, AVIF, GIF or TIFF';

/** 50 megapixels: any camera's picture, but not a bomb that unpacks to gigabytes. */
export const PIXELS_MAX = 50_000_000;

/** `PIXELS_MAX` for people to read. */
export const IMAGE_SIZE_MAX = `${PIXELS_MAX / 1_000_000} megapixels`;
