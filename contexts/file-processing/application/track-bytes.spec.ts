import { expect } from 'chai';
import { createHash } from 'node:crypto';
import { trackBytes } from './track-bytes.ts';

const sourceOf = async function* (...chunks: readonly Uint8Array[]) {
  for (const chunk of chunks) yield await Promise.resolve(chunk);
};

describe('tracking the bytes of a file', () => {
  it('splits, counts and hashes a large chunk', async () => {
    const content = Buffer.alloc(150_000, 'x');
    const progress = { lots: 0, bytes: 0, lines: 0, signal: new AbortController().signal };
    const { chunks, contentHash } = trackBytes(sourceOf(content), progress, () => undefined);
    const sizes: number[] = [];
    for await (const chunk of chunks) sizes.push(chunk.length);
    expect([sizes, progress.bytes]).to.eql([[65_536, 65_536, 18_928], 150_000]);
    expect(contentHash()).to.equal(createHash('sha256').update(content).digest('hex'));
  });

  it('lets other work of the process run between two chunks of a source that never waits', async () => {
    let turns = 0;
    let counting = true;
    const count = (): void => {
      turns += 1;
      if (counting) setImmediate(count);
    };
    setImmediate(count);
    const progress = { lots: 0, bytes: 0, lines: 0, signal: new AbortController().signal };
    const { chunks } = trackBytes(sourceOf(Buffer.alloc(65_536 * 10)), progress, () => undefined);
    const turnCounts: number[] = [];
    for await (const { length } of chunks) turnCounts.push(turns + length - length);
    counting = false;
    expect(new Set(turnCounts).size).to.equal(10);
  });
});
