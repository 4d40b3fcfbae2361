import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { ImageDescription, RenderedImage, Rendition } from './rendition.ts';

/** The path of an image, and its renditions to make. */
export type ImageJob = {
  readonly file: string;
  readonly renditions: readonly Rendition[];
  /** Whether the image is described as well. */
  readonly isDescribed?: boolean;
};

export type ImageResult = { readonly images: readonly RenderedImage[]; readonly description?: ImageDescription };

export type WorkerMessage =
  { readonly type: 'ready' } | { readonly type: 'result'; readonly result: ImageResult | undefined };

/** A process that renders one image at a time. */
export interface ImageWorker {
  /** False once the process has ended; it takes no job then. */
  isAlive(): boolean;
  /** `undefined` when the image cannot be read, takes longer than `deadlineMs`, or ends the worker. */
  run(job: ImageJob, deadlineMs: number): Promise<ImageResult | undefined>;
  stop(): void;
}

/** Images cannot be processed at the moment; callers see an outage. */
export class ImageProcessorUnavailable extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'ServiceUnavailable';
  }
}

const WORKER = new URL('./image-worker.ts', import.meta.url);

/** The process that decodes untrusted images gets none of the service's settings. */
const environment = (): NodeJS.ProcessEnv => {
  const { SystemRoot } = process.env;
  return SystemRoot === undefined ? {} : { SystemRoot };
};

/** An idle worker does not keep its service running; it ends with it. */
const setReferenced = (child: ChildProcess, isReferenced: boolean): void => {
  if (isReferenced) {
    child.ref();
    child.channel?.ref();
  } else {
    child.unref();
    child.channel?.unref();
  }
};

/** Starts a worker process. Throws `ImageProcessorUnavailable` when it does not come up. */
export const startImageWorker = async (module = WORKER): Promise<ImageWorker> => {
  const child = fork(module, {
    serialization: 'advanced',
    env: environment(),
    execArgv: ['--max-old-space-size=256'],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const exit = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  const isReady = await Promise.race([once(child, 'message').then(() => true), exit.then(() => false)]);
  if (!isReady) throw new ImageProcessorUnavailable('The image worker did not start');
  setReferenced(child, false);

  return {
    isAlive: () => child.connected,
    stop: () => child.kill('SIGKILL'),
    run: async (job, deadlineMs) => {
      setReferenced(child, true);
      const deadline = setTimeout(() => child.kill('SIGKILL'), deadlineMs);
      try {
        const result = new Promise<WorkerMessage>((resolve) => child.once('message', resolve));
        child.send(job, () => undefined);
        const message = await Promise.race([result, exit]);
        return message?.type === 'result' ? message.result : undefined;
      } finally {
        clearTimeout(deadline);
        setReferenced(child, false);
      }
    },
  };
};
