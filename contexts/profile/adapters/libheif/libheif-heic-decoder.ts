import { Worker } from 'node:worker_threads';
import type { DecodeHeic, RawPicture } from '../../application/ports/avatars.ts';

export type HeicWork = { readonly file: Uint8Array; readonly pixelsMax: number };

const WORKER = new URL('./heic-worker.ts', import.meta.url);

/** Some ten times what a telephone's picture takes. */
const DECODED_WITHIN_MS = 10_000;

const decodeOnce = (work: HeicWork): Promise<RawPicture | undefined> =>
  new Promise((resolve) => {
    // Nothing of ours is in its environment, and what it has to say about a broken file nobody needs to hear.
    const worker = new Worker(WORKER, { workerData: work, env: {}, stdout: true, stderr: true });
    const giveUp = setTimeout(() => void worker.terminate(), DECODED_WITHIN_MS);
    worker.once('message', (picture: RawPicture) => {
      resolve(picture);
      void worker.terminate();
    });
    worker.on('error', () => undefined);
    worker.once('exit', () => {
      clearTimeout(giveUp);
      resolve(undefined);
    });
  });

/**
 * Decodes HEIC with libheif in WebAssembly, since libvips as npm brings it has no HEVC. Each picture in a thread of its
 * own that ends with it, and one at a time: a second of work and some hundred megabytes each.
 */
export const libheifHeicDecoder = (pixelsMax: number): DecodeHeic => {
  let last: Promise<unknown> = Promise.resolve();
  return (file) => {
    const picture = last.then(() => decodeOnce({ file, pixelsMax }));
    last = picture;
    return picture;
  };
};
