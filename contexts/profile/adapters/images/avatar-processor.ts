import type { ImageProcessor } from '@lego-moc/images/image-processor';
import { writeTemporaryFile } from '@lego-moc/images/temporary-file';
import { AVATAR_SIZES, type AvatarProcessor } from '../../application/ports/avatars.ts';

const RENDITIONS = AVATAR_SIZES.map((side) => ({ fit: 'cover', side }) as const);

/** One turn among the owners whose uploads wait. */
const TURN = 'stored avatars';

/** Cuts the square from the middle, in every size. */
export const avatarProcessor = (processor: ImageProcessor): AvatarProcessor => ({
  process: async (path, owner) => {
    const squares = await processor.process(path, RENDITIONS, owner);
    return squares && new Map(AVATAR_SIZES.map((size, index) => [size, squares[index] ?? new Uint8Array()]));
  },
  describe: async (square) => {
    await using file = await writeTemporaryFile(square, { bytesMax: Infinity });
    const description = await processor.describe(file.path, [], TURN);
    if (description === undefined) return undefined;
    const { width, height, blurhash, dominantColour } = description;
    return { width, height, blurhash, dominantColour };
  },
});
