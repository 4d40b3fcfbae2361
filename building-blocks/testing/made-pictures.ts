import sharp, { type Sharp } from 'sharp';

/** Noise: a plain area would compress to so little that half of it is all of it. */
const noise = (pages = 1): Sharp => {
  const side = 48;
  const pixels = Buffer.alloc(side * side * pages * 3, 0).map((_, index) => (index * 7_919) % 251);
  return sharp(pixels, { raw: { width: side, height: side * pages, channels: 3, pageHeight: side } });
};

/** A picture of each kind that browsers and cameras make, and that sharp can. */
export const still = {
  JPEG: await noise().jpeg().toBuffer(),
  PNG: await noise().png().toBuffer(),
  WebP: await noise().webp().toBuffer(),
  AVIF: await noise().avif({ effort: 0 }).toBuffer(),
};

/** Pictures that move. */
export const moving = {
  GIF: await noise(40).gif().toBuffer(),
  WebP: await noise(40).webp({ effort: 0 }).toBuffer(),
};
