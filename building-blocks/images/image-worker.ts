import { setPriority } from 'node:os';
import { Worker } from 'node:worker_threads';
import sharp from 'sharp';
import type { ImageJob, WorkerMessage } from './worker-process.ts';
import { renderImage } from './render.ts';

/** Requests come before images. */
const PRIORITY = 10;

const send = (message: WorkerMessage): void => {
  process.send?.(message);
};

const handleJob = async ({ file, renditions }: ImageJob): Promise<void> => {
  // What a decoder has to say about a broken file tells its sender nothing.
  const images = await renderImage(file, renditions).catch(() => undefined);
  send({ type: 'result', images });
};

setPriority(PRIORITY);
sharp.cache(false);
sharp.concurrency(1);
// Watches from a thread of its own, since decoding HEIC blocks this one.
new Worker(new URL('./memory-watchdog.ts', import.meta.url));

process.on('message', (job: ImageJob) => void handleJob(job));
process.on('disconnect', () => process.exit());
send({ type: 'ready' });
