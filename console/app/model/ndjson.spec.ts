import { expect } from 'chai';
import { readLines } from './ndjson.ts';

const collect = async (...chunks: readonly string[]): Promise<readonly unknown[]> => {
  const source = async function* () {
    yield* chunks;
  };
  return Array.fromAsync(readLines(source()));
};

describe('reading progress line by line', () => {
  it('joins a line that arrives in pieces', async () => {
    expect(await collect('{"a"', ':1}\n{"a":2}\n')).to.deep.equal([{ a: 1 }, { a: 2 }]);
  });

  it('reads a last line without its end', async () => {
    expect(await collect('{"a":1}\n\n{"a":2}')).to.deep.equal([{ a: 1 }, { a: 2 }]);
  });
});
