import { expect } from 'chai';
import { useFakeTimers, type SinonFakeTimers } from 'sinon';
import { requestStarted } from '@lego-moc/application/foreground';
import { createBatcher } from './batching.ts';

describe('gathering what comes into batches', () => {
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
  const gatheringWith = (work = atOnce) => createBatcher(work, { intervalMs: 25, maxItems: 4 });

  beforeEach(() => {
    clock = useFakeTimers();
    batches = [];
  });
  afterEach(() => clock.restore());

  it('lets nothing wait that comes after a rest', async () => {
    const add = gatheringWith();
    add('a');
    await clock.tickAsync(0);
    expect(batches).to.deep.equal(['a']);
    await clock.tickAsync(25);
    add('b');
    await clock.tickAsync(0);
    expect(batches).to.deep.equal(['a', 'b']);
  });

  it('puts together what comes soon after', async () => {
    const add = gatheringWith();
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

  it('waits no longer when there is enough, and takes no more at once', async () => {
    const add = gatheringWith();
    add('a');
    await clock.tickAsync(1);
    for (const item of 'bcdef') add(item);
    await clock.tickAsync(1);
    expect(batches).to.deep.equal(['a', 'bcde']);
    await clock.tickAsync(25);
    expect(batches).to.deep.equal(['a', 'bcde', 'f']);
  });

  it('begins none before the last one is done', async () => {
    const add = gatheringWith(slowly);
    add('a');
    await clock.tickAsync(0);
    for (const item of 'bcdefg') add(item);
    await clock.tickAsync(1_000);
    expect(batches).to.deep.equal(['a']);
    finish?.();
    await clock.tickAsync(25);
    expect(batches).to.deep.equal(['a', 'bcde']);
  });

  it('lets a request go first', async () => {
    const add = gatheringWith();
    const end = requestStarted();
    for (const item of 'abcde') add(item);
    await clock.tickAsync(50);
    expect(batches).to.deep.equal([]);
    end();
    await clock.tickAsync(30);
    expect(batches).to.deep.equal(['abcd', 'e']);
  });
});
