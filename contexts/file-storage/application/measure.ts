import { createHash } from 'node:crypto';
import type { Scan } from './ports/virus-scanner.ts';

/** More bytes came than the purpose allows; the rest is not read. */
export class ContentTooLarge extends Error {
  constructor() {
    super('The content is larger than allowed');
    this.name = 'ContentTooLarge';
  }
}

export type MeasuredContent = {
  /** The content again; to be read once and to its end. */
  readonly stream: AsyncIterable<Uint8Array>;
  /** Hash and size; complete once `stream` was read to its end. */
  readonly summary: () => { readonly sha256: string; readonly size: number };
};

export type MeasureOptions = {
  readonly scan?: Scan;
  /** Called with the size so far before a chunk is passed on; what it throws ends the reading. */
  readonly onGrowth?: (size: number) => Promise<void>;
};

/**
 * Hashes and counts content while it is read, and passes it to the scan. Throws `ContentTooLarge` as soon as more than
 * `bytesMax` have come, so that the limit holds whatever a Content-Length says.
 */
export const measure = (
  source: AsyncIterable<Uint8Array>,
  bytesMax: number,
  { scan, onGrowth }: MeasureOptions = {},
): MeasuredContent => {
  const hash = createHash('sha256');
  let size = 0;

  const stream = (async function* (): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      size += chunk.length;
      if (size > bytesMax) throw new ContentTooLarge();
      await onGrowth?.(size);
      hash.update(chunk);
      await scan?.write(chunk);
      yield chunk;
    }
  })();

  return { stream, summary: () => ({ sha256: hash.copy().digest('hex'), size }) };
};

export type HeadOfContent = {
  readonly head: Uint8Array;
  /** The whole content, the head included. Either read it, or call `leave`. */
  readonly content: AsyncIterable<Uint8Array>;
  /** Releases the source without reading the rest. */
  readonly leave: () => Promise<void>;
};

/** Reads the first `bytes` of the content, fewer when it is shorter. */
export const readHead = async (source: AsyncIterable<Uint8Array>, bytes: number): Promise<HeadOfContent> => {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const iterator = source[Symbol.asyncIterator]();
  while (size < bytes) {
    const next = await iterator.next();
    if (next.done === true) break;
    chunks.push(next.value);
    size += next.value.length;
  }

  const content = (async function* (): AsyncGenerator<Uint8Array> {
    try {
      yield* chunks;
      for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value;
    } finally {
      await iterator.return?.();
    }
  })();

  const leave = async (): Promise<void> => {
    await iterator.return?.();
  };
  return { head: Buffer.concat(chunks).subarray(0, bytes), content, leave };
};
