import { expect } from 'chai';
import { handleWithRetries, type HandlingPolicy } from './handle-with-retries.ts';
import { EventStoreUnavailable } from './unavailable.ts';

const patience: HandlingPolicy = { pausesMs: [1, 1, 1], maxOutagePauseMs: 1, maxHoldMs: 1_000 };

/** Throws these one after the other, and then succeeds. */
const handlerThrowing = (...errors: readonly Error[]) => {
  let tries = 0;
  return {
    tries: () => tries,
    handle: () => {
      const error = errors[tries];
      tries += 1;
      return error === undefined ? Promise.resolve() : Promise.reject(error);
    },
  };
};

const bug = new TypeError('studs is undefined');
const outage = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });

describe('handleWithRetries', () => {
  it('acknowledges a message that is handled', async () => {
    expect(await handleWithRetries(handlerThrowing().handle, patience, 0)).to.deep.equal({ action: 'ack' });
  });

  it('acknowledges a message that is handled at the third retry', async () => {
    const handler = handlerThrowing(bug, bug, bug);
    expect(await handleWithRetries(handler.handle, patience, 0)).to.deep.equal({ action: 'ack' });
    expect(handler.tries()).to.equal(4);
  });

  it('parks a message that fails four times, with the last reason', async () => {
    const handler = handlerThrowing(bug, bug, bug, new Error('last'), bug);
    const verdict = await handleWithRetries(handler.handle, patience, 0);
    expect(verdict).to.include({ action: 'park', reason: 'Error: last' });
    expect(handler.tries()).to.equal(4);
  });

  it('retries as often as an outage lasts', async () => {
    const outages = Array.from({ length: 12 }, () => outage);
    const handler = handlerThrowing(...outages, new EventStoreUnavailable(outage));
    expect(await handleWithRetries(handler.handle, patience, 0)).to.deep.equal({ action: 'ack' });
  });

  it('gives a message back that an outage holds too long', async () => {
    const handler = handlerThrowing(...Array.from({ length: 1_000 }, () => outage));
    const verdict = await handleWithRetries(handler.handle, { ...patience, maxHoldMs: 20 }, 7);
    expect(verdict).to.include({ action: 'retry' });
  });

  it('gives a message back after a slow failure, and parks it after the third delivery', async () => {
    const inNoTime = { ...patience, maxHoldMs: 0 };
    expect(await handleWithRetries(handlerThrowing(bug).handle, inNoTime, 2)).to.include({ action: 'retry' });
    expect(await handleWithRetries(handlerThrowing(bug).handle, inNoTime, 3)).to.include({ action: 'park' });
  });
});
