import { createHash } from 'node:crypto';
import type { Scan } from './ports/virus-scanner.ts';

/** More bytes came than the purpose allows; the rest is not read. */
export class ContentTooLarge extends Error {
  constructor() {
    super('The content is larger than allowed');
    this.name = 'ContentTooLarge';
  }
}

export type Observed = {
  /** The content again; to be read once and to its end. */
  readonly passing: AsyncIterable<Uint8Array>;
  /** What went by; complete once `passing` was read to its end. */
  readonly summary: () => { readonly sha256: string; readonly size: number };
};

/**
 * Hashes and counts content while it passes, and shows it to the scan. Breaks off with `ContentTooLarge` as soon as
 * more than `bytesMax` have come, so that the limit holds whatever a Content-Length says.
 */
export const observe = (content: AsyncIterable<Uint8Array>, bytesMax: number, scan?: Scan): Observed => {
  const hash = createHash('sha256');
  let size = 0;

  const passing = (async function* (): AsyncGenerator<Uint8Array> {
    for await (const chunk of content) {
      size += chunk.length;
      if (size > bytesMax) throw new ContentTooLarge();
      hash.update(chunk);
      await scan?.show(chunk);
      yield chunk;
    }
  })();

  return { passing, summary: () => ({ sha256: hash.copy().digest('hex'), size }) };
};

/** The first `bytes` of the content (fewer when it is shorter), and the whole of it still to be read. */
export const peek = async (
  content: AsyncIterable<Uint8Array>,
  bytes: number,
): Promise<{ readonly head: Uint8Array; readonly whole: AsyncIterable<Uint8Array> }> => {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const iterator = content[Symbol.asyncIterator]();
  while (size < bytes) {
    const next = await iterator.next();
    if (next.done === true) break;
    chunks.push(next.value);
    size += next.value.length;
  }

  const whole = (async function* (): AsyncGenerator<Uint8Array> {
    try {
      yield* chunks;
      for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value;
    } finally {
      await iterator.return?.();
    }
  })();

  return { head: Buffer.concat(chunks).subarray(0, bytes), whole };
};
