import type { DescribedImage, ImageProcessor as Renderer } from '@lego-moc/images/image-processor';
import { PREVIEW_SIDES, type RenderedImage, type Rendition } from '@lego-moc/images/rendition';
import { writeTemporaryFile } from '@lego-moc/images/temporary-file';
import type { ConvertedImage, ImageProcessor } from '../../application/ports/image-store.ts';

const FULL_SIZE: Rendition = { fit: 'inside', side: 1_600 };

/** A wish shows a product, whose edges matter: the whole image. */
const PREVIEWS = PREVIEW_SIDES.map((side): Rendition => ({ fit: 'inside', side }));

/** One turn among the owners whose uploads wait. */
const TURN = 'stored images';

const previewOf = (
  { blurhash, dominantColour }: DescribedImage,
  { width, height }: Pick<RenderedImage, 'width' | 'height'>,
  renditions: readonly RenderedImage[],
): Omit<ConvertedImage, 'webp'> => {
  const sizes = renditions.map(({ bytes, width: w, height: h }, index) => {
    return { side: PREVIEW_SIDES[index] ?? 0, width: w, height: h, size: bytes.length };
  });
  return {
    preview: { width, height, blurhash, dominantColour, renditions: sizes },
    renditions: renditions.map(({ bytes }) => bytes),
  };
};

/** Processes images by the platform's rules for untrusted images, no larger than a screen shows them. */
export const wishImageProcessor = (renderer: Pick<Renderer, 'describe'>): ImageProcessor => ({
  process: async (path, owner) => {
    const description = await renderer.describe(path, [FULL_SIZE, ...PREVIEWS], owner);
    if (description === undefined) return undefined;
    const [fullSize, ...previews] = description.renditions;
    return fullSize && { webp: fullSize.bytes, ...previewOf(description, fullSize, previews) };
  },
  describe: async (webp) => {
    await using file = await writeTemporaryFile(webp, { bytesMax: Infinity });
    const description = await renderer.describe(file.path, PREVIEWS, TURN);
    return description && previewOf(description, description, description.renditions);
  },
});
