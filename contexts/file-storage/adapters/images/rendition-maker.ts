import type { ImageProcessor } from '@lego-moc/images/image-processor';
import { PREVIEW_SIDES, type Rendition } from '@lego-moc/images/rendition';
import { writeTemporaryFile } from '@lego-moc/images/temporary-file';
import type { MakeRenditions } from '../../application/ports/rendition-maker.ts';
import { isDocument } from '../../domain/acceptance.ts';
import type { Purpose } from '../../domain/file-events.ts';

const FIT: Partial<Record<Purpose, Rendition['fit']>> = { thumbnail: 'cover' };

/** One turn among the owners whose uploads wait: renditions never hold up an upload for long. */
const TURN = 'renditions';

/** Makes renditions in the worker processes that images are decoded in. */
export const renditionMaker =
  (images: ImageProcessor): MakeRenditions =>
  async (content, { purpose, mediaType, watermark: hasWatermark = false }) => {
    await using file = await writeTemporaryFile(content, { bytesMax: Infinity });
    const renditions = PREVIEW_SIDES.map((side): Rendition => ({ fit: FIT[purpose] ?? 'inside', side, hasWatermark }));
    const description = isDocument(mediaType)
      ? await images.describeDocument(file.path, renditions, TURN)
      : await images.describe(file.path, renditions, TURN);
    if (description === undefined) return undefined;
    const sizedRenditions = description.renditions.map((image, index) => ({
      ...image,
      side: PREVIEW_SIDES[index] ?? 0,
    }));
    return { ...description, renditions: sizedRenditions };
  };
