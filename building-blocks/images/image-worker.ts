import sharp from 'sharp';
import { serveTasks } from '@lego-moc/workers/serve-tasks';
import { describeImage } from './describe.ts';
import type { ImageJob, ImageReply, ImageResult } from './image-processor.ts';
import { renderImage } from './render.ts';

/** Both are some twice what the largest image within the limits takes. */
const LIMITS = { rssMax: 1_024 * 1_024 * 1_024, cpuMsMax: 20_000 };

const runDocument = async ({ file, renditions }: ImageJob): Promise<ImageResult | undefined> => {
  // Loaded for documents only: most workers decode images.
  const { drawFirstPage } = await import('./pdf.ts');
  const page = await drawFirstPage(file);
  if (page === undefined) return undefined;
  const rendering = await renderImage(file, renditions, page.decode);
  const description = await describeImage(file, { decode: page.decode, reduced: rendering?.reduced });
  return rendering && description && { images: rendering.images, description: { ...description, pages: page.pages } };
};

const run = async (job: ImageJob): Promise<ImageResult | undefined> => {
  const { file, renditions, isDescribed = false, isDocument = false } = job;
  if (isDocument) return runDocument(job);
  const rendering = await renderImage(file, renditions);
  if (rendering === undefined) return undefined;
  const { images, reduced } = rendering;
  if (!isDescribed) return { images };
  const description = await describeImage(file, { reduced });
  return description && { images, description };
};

sharp.cache(false);
sharp.concurrency(1);
serveTasks<ImageJob, ImageReply>(LIMITS, async (job, exchange) => {
  // The decoder's messages about a broken file would not help its sender.
  exchange.send({ result: await run(job).catch(() => undefined) });
});
