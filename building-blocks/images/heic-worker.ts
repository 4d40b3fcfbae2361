import { parentPort, workerData } from 'node:worker_threads';
import libheif from 'libheif-js/wasm-bundle.js';
import type { HeicWork } from './heic-decoder.ts';

/** Decodes the first picture of the file it was started with, and ends. Says nothing when there is none to be had. */
const { file, pixelsMax } = workerData as HeicWork;
const [image] = new libheif.HeifDecoder().decode(file);
const width = image?.get_width() ?? 0;
const height = image?.get_height() ?? 0;

if (width * height > 0 && width * height <= pixelsMax) {
  const data = new Uint8ClampedArray(width * height * 4);
  image?.display({ data, width, height }, (filled) => {
    if (filled !== null) parentPort?.postMessage({ width, height, rgba: new Uint8Array(data.buffer) }, [data.buffer]);
  });
}
