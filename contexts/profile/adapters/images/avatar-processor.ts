import type { ImageProcessor } from '@lego-moc/images/image-processor';
import { AVATAR_SIZES, type AvatarProcessor } from '../../application/ports/avatars.ts';

const RENDITIONS = AVATAR_SIZES.map((side) => ({ fit: 'cover', side }) as const);

/** Cuts the square from the middle, in every size. */
export const avatarProcessor = (processor: ImageProcessor): AvatarProcessor => ({
  process: async (path, owner) => {
    const squares = await processor.process(path, RENDITIONS, owner);
    return squares && new Map(AVATAR_SIZES.map((size, index) => [size, squares[index] ?? new Uint8Array()]));
  },
});
