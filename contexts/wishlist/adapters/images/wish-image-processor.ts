import type { ImageProcessor as Renderer } from '@lego-moc/images/image-processor';
import type { ImageProcessor } from '../../application/ports/image-store.ts';

const RENDITION = { fit: 'inside', side: 1_600 } as const;

/** Processes images by the platform's rules for untrusted images, no larger than a screen shows them. */
export const wishImageProcessor = (renderer: Renderer): ImageProcessor => ({
  process: async (path, owner) => (await renderer.process(path, [RENDITION], owner))?.[0],
});
