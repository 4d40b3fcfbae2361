import { WorkerLost, type WorkerProcess } from '@lego-moc/workers/worker-process';
import { startWorkers, workerPool } from '@lego-moc/workers/worker-pool';
import type { ImageDescription, RenderedImage, Rendition } from './rendition.ts';

/** The path of an image, and its renditions to make. */
export type ImageJob = {
  readonly file: string;
  readonly renditions: readonly Rendition[];
  /** Whether the image is described as well. */
  readonly isDescribed?: boolean;
  /** Whether it is a PDF, whose first page is drawn; else a PDF is no image. */
  readonly isDocument?: boolean;
};

export type ImageResult = { readonly images: readonly RenderedImage[]; readonly description?: ImageDescription };

/** What a worker answers; without a result when the image cannot be read. */
export type ImageReply = { readonly result: ImageResult | undefined };

/** Makes renditions of untrusted images. */
export interface ImageProcessor {
  /**
   * The renditions of the image in the file at `path`, as WebP, in their order. `undefined` when it is no image that
   * can be decoded within the limits and in time. `owner` is the sender: owners are served in turn. Throws
   * `WorkersUnavailable` when too many images wait, or no worker process can be started.
   */
  process(path: string, renditions: readonly Rendition[], owner: string): Promise<readonly Uint8Array[] | undefined>;

  /** The renditions with their sizes, and a description of the image; otherwise like `process`. */
  describe(path: string, renditions: readonly Rendition[], owner: string): Promise<DescribedImage | undefined>;

  /** The same of the first page of a PDF, with the number of pages; `undefined` also when it asks for a password. */
  describeDocument(path: string, renditions: readonly Rendition[], owner: string): Promise<DescribedImage | undefined>;
}

export type DescribedImage = ImageDescription & { readonly renditions: readonly RenderedImage[] };

export type ImageProcessorOptions = {
  /** Worker processes at once, of up to a gigabyte each. 2 if not given. */
  readonly workersMax?: number;
  /** Images that may wait for a worker. 200 if not given. */
  readonly waitingMax?: number;
  /** Time limit of one image in its worker, which ends by itself after 20 s of CPU time. A minute if not given. */
  readonly deadlineMs?: number;
  readonly start?: () => Promise<WorkerProcess<ImageJob, ImageReply>>;
};

/** Decodes in worker processes, since an image may take long, need much memory or crash the decoder. */
export const imageProcessor = ({
  workersMax = 2,
  waitingMax = 200,
  deadlineMs = 60_000,
  start = startWorkers({ module: new URL('./image-worker.ts', import.meta.url) }),
}: ImageProcessorOptions = {}): ImageProcessor => {
  const pool = workerPool<ImageJob, ImageReply>({ workersMax, waitingMax, start });

  const run = async (job: ImageJob, owner: string): Promise<ImageResult | undefined> => {
    using task = await pool.begin({ owner, deadlineMs });
    task.send(job);
    try {
      const { result } = await task.receive();
      task.complete();
      return result;
    } catch (error) {
      // An image that ends its worker cannot be read.
      if (error instanceof WorkerLost) return undefined;
      throw error;
    }
  };

  const describe = async (job: ImageJob, owner: string): Promise<DescribedImage | undefined> => {
    const result = await run(job, owner);
    return result?.description && { ...result.description, renditions: result.images };
  };

  return {
    process: async (file, renditions, owner) =>
      (await run({ file, renditions }, owner))?.images.map(({ bytes }) => bytes),
    describe: (file, renditions, owner) => describe({ file, renditions, isDescribed: true }, owner),
    describeDocument: (file, renditions, owner) => describe({ file, renditions, isDocument: true }, owner),
  };
};
