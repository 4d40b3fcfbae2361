import { expect } from 'chai';
import type { UserId } from '@lego-moc/kernel/message';
import { memoryKeyVault } from '../testing/memory-key-vault.ts';
import { eraseRestoredKeys } from './restored-keys.ts';

/** A log of erasures at every tenth position, and the positions that were read. */
const setUp = async (erasures: number) => {
  const users = Array.from({ length: erasures }, (_, index) => `user-${index}` as UserId);
  const vault = memoryKeyVault();
  const state = { end: BigInt(erasures * 10), checkpoint: undefined as bigint | undefined };
  const reads: { readonly from: bigint | 'start'; readonly users: number }[] = [];
  const erasedIds: UserId[] = [];
  const run = eraseRestoredKeys({
    log: {
      end: () => Promise.resolve(state.end),
      erasedAfter: async function* (from) {
        const page = users.filter((_, index) => from === 'start' || BigInt(index * 10) > from);
        reads.push({ from, users: page.length });
        yield await Promise.resolve(page);
      },
    },
    checkpoint: {
      load: () => Promise.resolve(state.checkpoint),
      save: (position) => {
        state.checkpoint = position;
        return Promise.resolve();
      },
    },
    vault,
    erase: async (userId) => {
      erasedIds.push(userId);
      await vault.destroy(userId);
    },
  });
  const goOn = new AbortController().signal;
  return { users, vault, state, reads, erasedIds, run: (signal = goOn) => run(signal) };
};

describe('erasing keys that a restored database brought back', () => {
  it('erases erased users who have a key, once', async () => {
    const { run, vault, users, erasedIds } = await setUp(3);
    await vault.keyFor(users[1]!);
    expect([await run(), await run()]).to.deep.equal([1, 0]);
    expect(erasedIds).to.deep.equal([users[1]]);
  });

  it('reads nothing of a log of 100,000 erasures that it has checked before', async () => {
    const { run, reads, state } = await setUp(100_000);
    await run();
    await run();
    state.end += 10n;
    await run();
    expect(reads).to.deep.equal([
      { from: 'start', users: 100_000 },
      { from: 1_000_000n, users: 0 },
    ]);
  });

  it('reads again from the checkpoint that a restore brought back', async () => {
    const { run, vault, users, reads, state } = await setUp(5);
    state.checkpoint = 20n;
    await vault.keyFor(users[4]!);
    expect(await run()).to.equal(1);
    expect(reads.at(-1)).to.deep.equal({ from: 20n, users: 2 });
  });

  it('reads all of a log that ends before the checkpoint', async () => {
    const { run, reads, state } = await setUp(2);
    state.checkpoint = 1_000n;
    await run();
    expect(reads).to.deep.equal([{ from: 'start', users: 2 }]);
    expect(state.checkpoint).to.equal(20n);
  });

  it('keeps its checkpoint when it is stopped, or an erasure fails', async () => {
    const { run, state, vault, users } = await setUp(2);
    await run(AbortSignal.abort());
    expect(state.checkpoint).to.equal(undefined);
    await vault.keyFor(users[0]!);
    vault.destroy = () => Promise.reject(new Error('The database is away'));
    expect(await run().catch((error: unknown) => (error as Error).message)).to.equal('The database is away');
    expect(state.checkpoint).to.equal(undefined);
  });
});
