/** Enough to recognise an encoding and a kind of file; a shorter file is gathered whole. */
const START_BYTES = 1024;

export type PeekedBytes = {
  /** The first bytes. */
  readonly start: Buffer;
  /** All bytes, the first ones included. */
  readonly bytes: AsyncIterable<Uint8Array>;
};

/** Reads the beginning of a source without losing it. */
export const peekBytes = async (source: AsyncIterable<Uint8Array>): Promise<PeekedBytes> => {
  const iterator = source[Symbol.asyncIterator]();
  const chunks: Uint8Array[] = [];
  for (let length = 0; length < START_BYTES;) {
    const next = await iterator.next();
    if (next.done === true) break;
    chunks.push(next.value);
    length += next.value.length;
  }
  const start = Buffer.concat(chunks);
  const bytes = async function* (): AsyncGenerator<Uint8Array> {
    try {
      yield start;
      for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value;
    } finally {
      await iterator.return?.();
    }
  };
  return { start, bytes: bytes() };
};
