/** The kinds of pictures that are developed, for people to read. */
export const PICTURES_TAKEN = 'JPEG, PNG, HEIC, WebP, AVIF, GIF or TIFF';

/** 50 megapixels: any camera's picture, but not a bomb that unpacks to gigabytes. */
export const PIXELS_MAX = 50_000_000;

/** The same for people to read. */
export const PICTURE_SIZE_MAX = `${PIXELS_MAX / 1_000_000} megapixels`;
