import { expect } from 'chai';
import { attend, type Patience } from './handling.ts';
import { EventStoreUnavailable } from './unavailable.ts';

const patience: Patience = { pausesMs: [1, 1, 1], outagePauseMaxMs: 1, inHandMs: 1_000 };

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

describe('attending to a message', () => {
  it('settles what succeeds', async () => {
    expect(await attend(handlerThrowing().handle, patience, 0)).to.deep.equal({ action: 'ack' });
  });

  it('settles what succeeds at the third retry', async () => {
    const handler = handlerThrowing(bug, bug, bug);
    expect(await attend(handler.handle, patience, 0)).to.deep.equal({ action: 'ack' });
    expect(handler.tries()).to.equal(4);
  });

  it('parks what fails four times, with the last reason', async () => {
    const handler = handlerThrowing(bug, bug, bug, new Error('last'), bug);
    const verdict = await attend(handler.handle, patience, 0);
    expect(verdict).to.include({ action: 'park', reason: 'Error: last' });
    expect(handler.tries()).to.equal(4);
  });

  it('does not blame the message for an outage', async () => {
    const outages = Array.from({ length: 12 }, () => outage);
    const handler = handlerThrowing(...outages, new EventStoreUnavailable(outage));
    expect(await attend(handler.handle, patience, 0)).to.deep.equal({ action: 'ack' });
  });

  it('gives back what an outage keeps too long', async () => {
    const handler = handlerThrowing(...Array.from({ length: 1_000 }, () => outage));
    const verdict = await attend(handler.handle, { ...patience, inHandMs: 20 }, 7);
    expect(verdict).to.include({ action: 'retry' });
  });

  it('gives back a slow failure until it has come back often enough', async () => {
    const inNoTime = { ...patience, inHandMs: 0 };
    expect(await attend(handlerThrowing(bug).handle, inNoTime, 2)).to.include({ action: 'retry' });
    expect(await attend(handlerThrowing(bug).handle, inNoTime, 3)).to.include({ action: 'park' });
  });
});
