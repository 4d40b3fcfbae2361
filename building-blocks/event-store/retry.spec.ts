import { expect } from 'chai';
import { UnavailableError, WrongExpectedVersionError } from '@eventstore/db-client';
import sinon from 'sinon';
import { retryUnavailable, type RetryPolicy } from './retry.ts';
import { EventStoreUnavailable } from './unavailable.ts';

const quick: RetryPolicy = { pausesMs: [1, 1, 1], attemptMs: 20, totalMs: 1_000 };
const lost = Object.assign(Object.create(UnavailableError.prototype) as Error, {
  type: 'unavailable',
  message: 'gone',
});
const refused = Object.create(WrongExpectedVersionError.prototype) as Error;

const thrownBy = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);
const silence = (): Promise<never> => new Promise(() => undefined);

describe('asking the event store', () => {
  it('asks again when a call got lost', async () => {
    const ask = sinon.stub().onFirstCall().rejects(lost).onSecondCall().rejects(lost).resolves(7n);
    expect(await retryUnavailable<bigint>(ask, quick)).to.equal(7n);
  });

  it('takes no for an answer', async () => {
    const ask = sinon.stub().rejects(refused);
    expect(await thrownBy(retryUnavailable(ask, quick))).to.equal(refused);
    expect(ask.callCount).to.equal(1);
  });

  it('gives up when calls keep getting lost', async () => {
    const ask = sinon.stub().rejects(lost);
    expect(await thrownBy(retryUnavailable(ask, quick))).to.be.instanceOf(EventStoreUnavailable);
    expect(ask.callCount).to.equal(4);
  });

  it('asks again when nobody answers, and gives up when nobody ever does', async () => {
    const ask = sinon.stub().onFirstCall().callsFake(silence).resolves(7n);
    expect(await retryUnavailable<bigint>(ask, quick)).to.equal(7n);
    expect(await thrownBy(retryUnavailable(silence, quick))).to.be.instanceOf(EventStoreUnavailable);
    expect(await thrownBy(retryUnavailable(silence, { ...quick, attemptMs: 500, totalMs: 30 }))).to.be.instanceOf(
      EventStoreUnavailable,
    );
  });
});
