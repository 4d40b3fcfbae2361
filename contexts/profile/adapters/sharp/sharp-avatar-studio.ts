import sharp, { type Sharp } from 'sharp';
import type { Develop } from '@lego-moc/pictures/develop';
import { AVATAR_SIZES, type AvatarSquares, type AvatarStudio } from '../../application/ports/avatars.ts';

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
export const sharpAvatarStudio = (develop: Develop): AvatarStudio => ({
  develop: (picture) => develop(picture, squaresOf),
});
