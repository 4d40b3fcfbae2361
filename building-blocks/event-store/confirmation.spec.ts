import { PassThrough } from 'node:stream';
import { expect } from 'chai';
import { useFakeTimers, type SinonFakeTimers } from 'sinon';
import { requireConfirmation } from './confirmation.ts';

describe('requireConfirmation', () => {
  let clock: SinonFakeTimers;
  beforeEach(() => {
    clock = useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  });
  afterEach(() => clock.restore());

  const subscriptionAfter10s = async (confirm: boolean): Promise<PassThrough> => {
    const subscription = new PassThrough().on('error', () => undefined);
    requireConfirmation(subscription);
    if (confirm) subscription.emit('confirmation');
    await clock.tickAsync(10_000);
    return subscription;
  };

  it('destroys a subscription that is not confirmed within 10 s', async () => {
    const { errored } = await subscriptionAfter10s(false);
    expect(errored?.cause).to.match(/not confirmed within 10000 ms/);
  });

  it('leaves a confirmed subscription open', async () => {
    expect((await subscriptionAfter10s(true)).destroyed).to.equal(false);
  });
});
