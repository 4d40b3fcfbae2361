import { expect } from 'chai';
import { skipWhileBusy } from './skip-while-busy.ts';

describe('writing unless a write is in progress', () => {
  const setUp = () => {
    const writtenValues: number[] = [];
    const ends: (() => void)[] = [];
    const write = skipWhileBusy((value: number) => {
      writtenValues.push(value);
      return new Promise<void>((resolve, reject) => ends.push(value < 0 ? reject : resolve));
    });
    const endFirst = async (): Promise<void> => {
      ends.shift()?.();
      await new Promise(setImmediate);
    };
    return { writtenValues, write, endFirst };
  };

  it('skips a value that arrives during a write, and writes the next one after it', async () => {
    const { writtenValues, write, endFirst } = setUp();
    write(1);
    write(2);
    await endFirst();
    expect(writtenValues).to.deep.equal([1]);
    write(3);
    expect(writtenValues).to.deep.equal([1, 3]);
  });

  it('writes the next value after a failed write', async () => {
    const { writtenValues, write, endFirst } = setUp();
    write(-1);
    await endFirst();
    write(2);
    expect(writtenValues).to.deep.equal([-1, 2]);
  });
});
