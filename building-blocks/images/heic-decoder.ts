import { Worker } from 'node:worker_threads';

/** A picture without a format: four bytes a pixel, red first. */
export type RawImage = { readonly width: number; readonly height: number; readonly rgba: Uint8Array };

/** The first picture of a HEIC file; `undefined` when there is none, or one too large. */
export type DecodeHeic = (file: Uint8Array) => Promise<RawImage | undefined>;

export type HeicWork = { readonly file: Uint8Array; readonly pixelsMax: number };

const WORKER = new URL('./heic-worker.ts', import.meta.url);

/** Some ten times what a telephone's picture takes. */
const DECODED_WITHIN_MS = 10_000;

/** The brands of HEIF files whose picture is HEVC: ISO/IEC 23008-12, annex B. */
const HEVC_BRAND = /^(heic|heix|heim|heis|hevc|hevx|hevm|hevs)$/;

/** Whether it calls itself HEIC: a HEIF file with an HEVC picture in it, not an AV1 one (AVIF). */
export const isHeic = (picture: Uint8Array): boolean => {
  const head = Buffer.from(picture.buffer, picture.byteOffset, Math.min(picture.length, 64));
  if (head.toString('latin1', 4, 8) !== 'ftyp') return false;
  const end = Math.min(head.readUInt32BE(0), head.length);
  const brands = [8, ...Array.from({ length: 16 }, (_, index) => 16 + 4 * index)].filter((at) => at + 4 <= end);
  return brands.some((at) => HEVC_BRAND.test(head.toString('latin1', at, at + 4)));
};

const decodeOnce = (work: HeicWork): Promise<RawImage | undefined> =>
  new Promise((resolve) => {
    // Nothing of ours is in its environment, and what it has to say about a broken file nobody needs to hear.
    const worker = new Worker(WORKER, { workerData: work, env: {}, stdout: true, stderr: true });
    const giveUp = setTimeout(() => void worker.terminate(), DECODED_WITHIN_MS);
    worker.once('message', (picture: RawImage) => {
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
export const heicDecoder = (pixelsMax: number, decode = decodeOnce): DecodeHeic => {
  let last: Promise<unknown> = Promise.resolve();
  return (file) => {
    const picture = last.then(() => decode({ file, pixelsMax }));
    // A thread that could not begin is that picture's misfortune, not that of those behind it.
    last = picture.catch(() => undefined);
    return picture;
  };
};
