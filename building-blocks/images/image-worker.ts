import { setPriority } from 'node:os';
import { Worker } from 'node:worker_threads';
import sharp from 'sharp';
import { describeImage } from './describe.ts';
import { renderImage } from './render.ts';
import type { WatchdogLimits } from './watchdog.ts';
import type { ImageJob, ImageResult, WorkerMessage } from './worker-process.ts';

/** Requests come before images. */
const PRIORITY = 10;

/** Both are some twice what the largest image within the limits takes. */
const LIMITS: WatchdogLimits = { rssMax: 1_024 * 1_024 * 1_024, cpuMsMax: 20_000 };

/** In a thread of its own, since decoding HEIC blocks this one. */
const watchdog = new Worker(new URL('./watchdog.ts', import.meta.url), { workerData: LIMITS });

const send = (message: WorkerMessage): void => {
  process.send?.(message);
};

const run = async ({ file, renditions, isDescribed = false }: ImageJob): Promise<ImageResult | undefined> => {
  const images = await renderImage(file, renditions);
  if (images === undefined || !isDescribed) return images && { images };
  const description = await describeImage(file);
  return description && { images, description };
};

const handleJob = async (job: ImageJob): Promise<void> => {
  watchdog.postMessage('start');
  // The decoder's messages about a broken file would not help its sender.
  const result = await run(job).catch(() => undefined);
  watchdog.postMessage('end');
  send({ type: 'result', result });
};

setPriority(PRIORITY);
sharp.cache(false);
sharp.concurrency(1);
process.on('message', (job: ImageJob) => void handleJob(job));
process.on('disconnect', () => process.exit());
send({ type: 'ready' });
