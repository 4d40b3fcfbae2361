import sharp, { type Sharp } from 'sharp';

/** Of the shorter side of the image. */
const SHARE = 0.5;

/** The drawing is so large; below one pixel a unit it is unreadable, and larger images show it larger. */
const [DRAWING_WIDTH, DRAWING_HEIGHT] = [48, 32];

/** A brick with two studs. Drawn without text, since workers have no fonts. */
const BRICK = 'M2 10h44v20H2zM8 10V4h10v6M30 10V4h10v6';

/** Dark around light, so that it shows on any image. */
const drawing = (width: number, height: number): Buffer => {
  const scale = (Math.min(width, height) * SHARE) / DRAWING_WIDTH;
  const [x, y] = [(width - DRAWING_WIDTH * scale) / 2, (height - DRAWING_HEIGHT * scale) / 2];
  const outline = (colour: string, thickness: number): string =>
    `<path d="${BRICK}" stroke="${colour}" stroke-opacity="0.6" stroke-width="${String(thickness)}"/>`;
  return Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${String(width)}" height="${String(height)}">` +
      `<g transform="translate(${String(x)} ${String(y)}) scale(${String(scale)})" fill="none">` +
      `${outline('#000', 4)}${outline('#fff', 2)}</g></svg>`,
  );
};

/** The image with the platform's mark across its middle. */
export const withWatermark = async (image: Sharp): Promise<Sharp> => {
  const { data, info } = await image.toColourspace('srgb').raw().toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  return sharp(data, { raw: { width, height, channels } }).composite([{ input: drawing(width, height) }]);
};
