import { expect } from 'chai';
import { UnavailableError, WrongExpectedVersionError } from '@eventstore/db-client';
import sinon from 'sinon';
import { retryUnavailable, type Reconnectable, type RetryPolicy } from './retry.ts';
import { EventStoreUnavailable } from './unavailable.ts';

const quick: RetryPolicy = { pausesMs: [1, 1, 1], attemptMs: 20, totalMs: 1_000 };
const connectionError = Object.assign(Object.create(UnavailableError.prototype) as Error, {
  type: 'unavailable',
  message: 'gone',
});
const refusal = Object.create(WrongExpectedVersionError.prototype) as Error;

const client: Reconnectable = { connection: () => client, replaceConnection: () => undefined };
const thrownBy = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);
const silence = (): Promise<never> => new Promise(() => undefined);

describe('retryUnavailable', () => {
  it('repeats a call that was lost and returns its answer', async () => {
    const call = sinon
      .stub()
      .onFirstCall()
      .rejects(connectionError)
      .onSecondCall()
      .rejects(connectionError)
      .resolves(7n);
    expect(await retryUnavailable<bigint>(client, call, quick)).to.equal(7n);
  });

  it('throws an answer of the store at once', async () => {
    const call = sinon.stub().rejects(refusal);
    expect(await thrownBy(retryUnavailable(client, call, quick))).to.equal(refusal);
    expect(call.callCount).to.equal(1);
  });

  it('throws EventStoreUnavailable when every attempt is lost', async () => {
    const call = sinon.stub().rejects(connectionError);
    expect(await thrownBy(retryUnavailable(client, call, quick))).to.be.instanceOf(EventStoreUnavailable);
    expect(call.callCount).to.equal(4);
  });

  it('repeats an unanswered call and throws EventStoreUnavailable when none is answered', async () => {
    const call = sinon.stub().onFirstCall().callsFake(silence).resolves(7n);
    expect(await retryUnavailable<bigint>(client, call, quick)).to.equal(7n);
    expect(await thrownBy(retryUnavailable(client, silence, quick))).to.be.instanceOf(EventStoreUnavailable);
    expect(
      await thrownBy(retryUnavailable(client, silence, { ...quick, attemptMs: 500, totalMs: 30 })),
    ).to.be.instanceOf(EventStoreUnavailable);
  });

  it('replaces the connection on which an attempt stayed unanswered', async () => {
    const replaceConnection = sinon.stub();
    const call = sinon.stub().onFirstCall().callsFake(silence).resolves(7n);
    await retryUnavailable<bigint>({ connection: () => client, replaceConnection }, call, quick);
    expect(replaceConnection.args).to.deep.equal([[client]]);
  });
});
