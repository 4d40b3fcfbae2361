import { expect } from 'chai';
import { useFakeTimers, type SinonFakeTimers } from 'sinon';
import { requestStarted } from '@lego-moc/application/foreground';
import { createBatcher } from './batching.ts';

describe('createBatcher', () => {
  let clock: SinonFakeTimers;
  let batches: string[];
  let finish: (() => void) | undefined;

  const atOnce = (batch: readonly string[]): Promise<void> => Promise.resolve(void batches.push(batch.join('')));
  const slowly = async (batch: readonly string[]): Promise<void> => {
    await atOnce(batch);
    await new Promise<void>((resolve) => {
      finish = resolve;
    });
  };
  const batcherWith = (work = atOnce) => createBatcher(work, { intervalMs: 25, maxItems: 4 });

  beforeEach(() => {
    clock = useFakeTimers();
    batches = [];
  });
  afterEach(() => clock.restore());

  it('handles the first item after a pause at once', async () => {
    const add = batcherWith();
    add('a');
    await clock.tickAsync(0);
    expect(batches).to.deep.equal(['a']);
    await clock.tickAsync(25);
    add('b');
    await clock.tickAsync(0);
    expect(batches).to.deep.equal(['a', 'b']);
  });

  it('handles items of one interval as one batch', async () => {
    const add = batcherWith();
    add('a');
    await clock.tickAsync(5);
    add('b');
    await clock.tickAsync(10);
    add('c');
    await clock.tickAsync(9);
    expect(batches).to.deep.equal(['a']);
    await clock.tickAsync(1);
    expect(batches).to.deep.equal(['a', 'bc']);
  });

  it('begins a full batch at once and limits its size', async () => {
    const add = batcherWith();
    add('a');
    await clock.tickAsync(1);
    for (const item of 'bcdef') add(item);
    await clock.tickAsync(1);
    expect(batches).to.deep.equal(['a', 'bcde']);
    await clock.tickAsync(25);
    expect(batches).to.deep.equal(['a', 'bcde', 'f']);
  });

  it('begins no batch before the last one is finished', async () => {
    const add = batcherWith(slowly);
    add('a');
    await clock.tickAsync(0);
    for (const item of 'bcdefg') add(item);
    await clock.tickAsync(1_000);
    expect(batches).to.deep.equal(['a']);
    finish?.();
    await clock.tickAsync(25);
    expect(batches).to.deep.equal(['a', 'bcde']);
  });

  it('waits while a request is in flight', async () => {
    const add = batcherWith();
    const end = requestStarted();
    for (const item of 'abcde') add(item);
    await clock.tickAsync(50);
    expect(batches).to.deep.equal([]);
    end();
    await clock.tickAsync(30);
    expect(batches).to.deep.equal(['abcd', 'e']);
  });
});
