import sharp, { type Sharp } from 'sharp';
import type { ImageProcessor } from '@lego-moc/images/image-processor';
import { AVATAR_SIZES, type AvatarSquares, type AvatarProcessor } from '../../application/ports/avatars.ts';

const squaresOf = async (upright: Sharp): Promise<AvatarSquares> => {
  const side = Math.max(...AVATAR_SIZES);
  const largest = await upright.resize(side, side, { fit: 'cover' }).png({ compressionLevel: 1 }).toBuffer();
  const squares = AVATAR_SIZES.map(async (size) => {
    const webp = await sharp(largest).resize(size, size).webp().toBuffer();
    return [size, webp] as const;
  });
  return new Map(await Promise.all(squares));
};

/** Cuts the square in the middle, in every size. */
export const avatarProcessor = (develop: ImageProcessor): AvatarProcessor => ({
  process: (picture) => develop(picture, squaresOf),
});
