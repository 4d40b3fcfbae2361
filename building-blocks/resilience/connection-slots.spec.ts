import { expect } from 'chai';
import { connectionSlots, NoFreeSlot } from './connection-slots.ts';

describe('connectionSlots', () => {
  const failure = (waiting: Promise<void>): Promise<unknown> =>
    waiting.then(
      () => 'acquired',
      (error: unknown) => error,
    );

  it('gives a released slot to the caller that waited longest', async () => {
    const slots = connectionSlots({ slots: 1, queueMax: 2, waitMs: 1_000 });
    const order: string[] = [];
    await slots.acquire();
    const first = slots.acquire().then(() => order.push('first'));
    const second = slots.acquire().then(() => order.push('second'));
    slots.release();
    await first;
    slots.release();
    await second;

    expect(order).to.deep.equal(['first', 'second']);
    expect(slots.inUse()).to.equal(1);
  });

  it('throws NoFreeSlot when the queue is full', async () => {
    const slots = connectionSlots({ slots: 1, queueMax: 1, waitMs: 1_000 });
    await slots.acquire();
    const waiting = slots.acquire();

    expect(await failure(slots.acquire())).to.be.instanceOf(NoFreeSlot);
    slots.release();
    await waiting;
  });

  it('throws NoFreeSlot after the wait, and gives that slot to nobody', async () => {
    const slots = connectionSlots({ slots: 1, queueMax: 1, waitMs: 10 });
    await slots.acquire();

    expect(await failure(slots.acquire())).to.be.instanceOf(NoFreeSlot);
    slots.release();
    expect(slots.inUse()).to.equal(0);
  });
});
