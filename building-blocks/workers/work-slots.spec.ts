import { expect } from 'chai';
import { workSlots, type SlotOptions } from './work-slots.ts';

const settle = () => new Promise((resolve) => setImmediate(resolve));

/** Work named by owner and cost, such as `ada 10`; `free` ends the earliest that runs. */
const workload = (options: SlotOptions) => {
  const slots = workSlots(options);
  const starts: string[] = [];
  const releases: (() => void)[] = [];
  return {
    starts,
    slots,
    add: async (name: string): Promise<void> => {
      const [owner = '', cost = ''] = name.split(' ');
      releases.push(await slots.acquire(owner, Number(cost)));
      starts.push(name);
    },
    free: async (index: number): Promise<void> => {
      releases[index]?.();
      await settle();
    },
  };
};

describe('slots for work of different size', () => {
  it('starts the small work of one owner before the large work that came earlier', async () => {
    const { starts, add, free } = workload({ slotsMax: 1, waitingMax: 10 });
    for (const name of ['ada 1', 'bob 90', 'ada 80', 'cyd 2']) void add(name);
    await settle();
    for (const index of [0, 1, 2]) await free(index);
    expect(starts).to.deep.equal(['ada 1', 'cyd 2', 'ada 80', 'bob 90']);
  });

  it('starts the one list of an owner after one of the hundred lists of another', async () => {
    const { starts, add, free } = workload({ slotsMax: 1, waitingMax: 200 });
    for (let count = 0; count < 100; count += 1) void add('ada 5');
    void add('bob 5');
    await settle();
    for (const index of [0, 1]) await free(index);
    expect(starts.slice(0, 3)).to.deep.equal(['ada 5', 'ada 5', 'bob 5']);
  });

  it('keeps one slot free of large work', async () => {
    const { starts, add, free } = workload({ slotsMax: 2, waitingMax: 10, largeAbove: 10 });
    for (const name of ['ada 90', 'bob 90', 'cyd 10']) void add(name);
    await settle();
    expect(starts).to.deep.equal(['ada 90', 'cyd 10']);
    await free(1);
    expect(starts).to.have.length(2);
    await free(0);
    expect(starts.at(-1)).to.equal('bob 90');
  });

  it('rejects work as an outage when as much waits as may, and frees a slot once', async () => {
    const { slots, add } = workload({ slotsMax: 1, waitingMax: 1 });
    const release = await slots.acquire('ada');
    void add('bob 1');
    const refusal = await slots.acquire('cyd').catch((error: unknown) => error);
    expect(refusal).to.have.property('name', 'ServiceUnavailable');
    release();
    release();
    await settle();
    void add('cyd 1');
    expect(slots.waiting()).to.equal(1);
  });
});
