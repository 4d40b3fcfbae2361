import { fairQueue } from './fair-queue.ts';
import type { ImageDescription, RenderedImage, Rendition } from './rendition.ts';
import {
  ImageProcessorUnavailable,
  startImageWorker,
  type ImageJob,
  type ImageResult,
  type ImageWorker,
} from './worker-process.ts';

/** Makes renditions of untrusted images. */
export interface ImageProcessor {
  /**
   * The renditions of the image in the file at `path`, as WebP, in their order. `undefined` when it is no image that
   * can be decoded within the limits and in time. `owner` is the sender: owners are served in turn. Throws
   * `ImageProcessorUnavailable` when too many images wait, or no worker process can be started.
   */
  process(path: string, renditions: readonly Rendition[], owner: string): Promise<readonly Uint8Array[] | undefined>;

  /** The renditions with their sizes, and a description of the image; otherwise like `process`. */
  describe(path: string, renditions: readonly Rendition[], owner: string): Promise<DescribedImage | undefined>;
}

export type DescribedImage = ImageDescription & { readonly renditions: readonly RenderedImage[] };

export type ImageProcessorOptions = {
  /** Worker processes at once, of up to a gigabyte each. 2 if not given. */
  readonly workersMax?: number;
  /** Images that may wait for a worker. 200 if not given. */
  readonly waitingMax?: number;
  /** Time limit of one image in its worker, which ends by itself after 20 s of CPU time. A minute if not given. */
  readonly deadlineMs?: number;
  /** An idle worker ends after this long. Half a minute if not given. */
  readonly idleMs?: number;
  readonly startWorker?: () => Promise<ImageWorker>;
};

/**
 * Decodes in a bounded pool of worker processes, so that an image that takes long, needs much memory or crashes the
 * decoder delays no other work of the service. Processes start when they are needed, and end by themselves.
 */
export const imageProcessor = ({
  workersMax = 2,
  waitingMax = 200,
  deadlineMs = 60_000,
  idleMs = 30_000,
  startWorker = () => startImageWorker(),
}: ImageProcessorOptions = {}): ImageProcessor => {
  const idleWorkers = new Map<ImageWorker, NodeJS.Timeout>();
  const waiters = fairQueue<() => void>();
  let busy = 0;

  const acquire = async (owner: string): Promise<void> => {
    if (busy < workersMax) {
      busy += 1;
      return;
    }
    if (waiters.size() >= waitingMax) throw new ImageProcessorUnavailable(`${waitingMax} images are waiting already`);
    await new Promise<void>((resolve) => waiters.add(owner, resolve));
  };

  const release = (): void => {
    const next = waiters.take();
    if (next === undefined) busy -= 1;
    else next();
  };

  const idleWorker = (): ImageWorker | undefined => {
    for (const [worker, timer] of idleWorkers) {
      clearTimeout(timer);
      idleWorkers.delete(worker);
      if (worker.isAlive()) return worker;
    }
    return undefined;
  };

  const keepIdle = (worker: ImageWorker): void => {
    if (!worker.isAlive()) return;
    const end = (): void => {
      idleWorkers.delete(worker);
      worker.stop();
    };
    idleWorkers.set(worker, setTimeout(end, idleMs).unref());
  };

  const run = async (job: ImageJob, owner: string): Promise<ImageResult | undefined> => {
    await acquire(owner);
    try {
      const worker = idleWorker() ?? (await startWorker());
      const result = await worker.run(job, deadlineMs);
      keepIdle(worker);
      return result;
    } finally {
      release();
    }
  };

  return {
    process: async (file, renditions, owner) =>
      (await run({ file, renditions }, owner))?.images.map(({ bytes }) => bytes),
    describe: async (file, renditions, owner) => {
      const result = await run({ file, renditions, isDescribed: true }, owner);
      return result?.description && { ...result.description, renditions: result.images };
    },
  };
};
