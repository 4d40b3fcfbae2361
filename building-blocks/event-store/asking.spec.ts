import { expect } from 'chai';
import { UnavailableError, WrongExpectedVersionError } from '@eventstore/db-client';
import sinon from 'sinon';
import { asking, type Asking } from './asking.ts';
import { EventStoreUnavailable } from './unavailable.ts';

const quick: Asking = { pausesMs: [1, 1, 1], eachMs: 20, allMs: 1_000 };
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
    expect(await asking<bigint>(ask, quick)).to.equal(7n);
  });

  it('takes no for an answer', async () => {
    const ask = sinon.stub().rejects(refused);
    expect(await thrownBy(asking(ask, quick))).to.equal(refused);
    expect(ask.callCount).to.equal(1);
  });

  it('gives up when calls keep getting lost', async () => {
    const ask = sinon.stub().rejects(lost);
    expect(await thrownBy(asking(ask, quick))).to.be.instanceOf(EventStoreUnavailable);
    expect(ask.callCount).to.equal(4);
  });

  it('asks again when nobody answers, and gives up when nobody ever does', async () => {
    const ask = sinon.stub().onFirstCall().callsFake(silence).resolves(7n);
    expect(await asking<bigint>(ask, quick)).to.equal(7n);
    expect(await thrownBy(asking(silence, quick))).to.be.instanceOf(EventStoreUnavailable);
    expect(await thrownBy(asking(silence, { ...quick, eachMs: 500, allMs: 30 }))).to.be.instanceOf(
      EventStoreUnavailable,
    );
  });
});
