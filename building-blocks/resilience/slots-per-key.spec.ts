import { expect } from 'chai';
import { NoFreeSlot } from './connection-slots.ts';
import { slotsPerKey } from './slots-per-key.ts';

describe('slotsPerKey', () => {
  const failure = (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => 'begun',
      (error: unknown) => error,
    );

  it('refuses a key whose slot and queue are taken, and serves the others', async () => {
    const { begin } = slotsPerKey({ slots: 1, queueMax: 0, waitMs: 1_000 });
    await begin('ada');

    expect(await failure(begin('ada'))).to.be.instanceOf(NoFreeSlot);
    expect(await failure(begin('bob'))).to.equal('begun');
  });

  it('gives a slot that was given back to the caller that waits for that key', async () => {
    const { begin } = slotsPerKey({ slots: 1, queueMax: 1, waitMs: 1_000 });
    const end = await begin('ada');
    const waiting = begin('ada');
    end();

    expect(await failure(waiting)).to.equal('begun');
    expect(await failure(Promise.all([begin('ada'), begin('ada')]))).to.be.instanceOf(NoFreeSlot);
  });

  it('serves a key again after a refusal', async () => {
    const { begin } = slotsPerKey({ slots: 1, queueMax: 0, waitMs: 1_000 });
    const end = await begin('ada');
    await failure(begin('ada'));
    end();

    expect(await failure(begin('ada'))).to.equal('begun');
  });
});
