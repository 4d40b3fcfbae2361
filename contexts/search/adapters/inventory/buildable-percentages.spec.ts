import { expect } from 'chai';
import { newId } from '@lego-moc/application/new-id';
import type { UserId } from '@lego-moc/kernel/message';
import type { ServiceClient } from '@lego-moc/resilience/http-client';
import { ServiceUnavailable, type Call, type CallReply } from '@lego-moc/resilience/service-call';
import { buildablePercentages } from './buildable-percentages.ts';

const [mill, crane] = [newId(), newId()];
const ada = 'ada' as UserId;
const cause = { correlationId: newId() };
const basis = { catalogueRelease: 'r1', inventoryRevision: '7' };
const reply = (status: number, body: unknown): CallReply => ({ status, headers: {}, body });

describe('asking inventory what can be built', () => {
  let calls: Call[];
  let failures: unknown[];
  let answer: (call: Call) => Promise<CallReply>;
  const inventory: Pick<ServiceClient, 'call'> = {
    call: (call) => {
      calls.push(call);
      return answer(call);
    },
  };
  const ask = (withinMs?: number) =>
    buildablePercentages(inventory, (error) => void failures.push(error), withinMs)(ada, cause);

  beforeEach(() => {
    [calls, failures] = [[], []];
  });

  it('asks on behalf of the user, and returns the percentage of pieces by MOC', async () => {
    answer = () => Promise.resolve(reply(200, { ...basis, mocs: [{ mocId: mill, lots: 10, pieces: 83 }] }));
    expect([...(await ask()([mill, crane]))!]).to.deep.equal([[mill, 83]]);
    const [call] = calls;
    expect(call?.path).to.equal(`/v1/buildable-percentages?mocs=${mill},${crane}`);
    expect(call?.context).to.deep.include({ ...cause, user: { id: 'ada', roles: [] } });
  });

  it('asks nothing about no MOCs', async () => {
    expect((await ask()([]))?.size).to.equal(0);
    expect(calls).to.deep.equal([]);
  });

  it('returns undefined, and says why, when inventory is away, refuses, or answers something else', async () => {
    for (const failure of [
      () => Promise.reject(new ServiceUnavailable('inventory', new Error('refused'))),
      () => Promise.resolve(reply(500, { title: 'Internal error' })),
      () => Promise.resolve(reply(200, { mocs: 'many' })),
    ]) {
      answer = failure;
      expect(await ask()([mill])).to.equal(undefined);
    }
    expect(failures).to.have.length(3);
  });

  it('gives all questions of one request one time limit', async () => {
    answer = ({ signal }) =>
      new Promise((_resolve, reject) => {
        const abort = (): void => reject(signal!.reason as Error);
        if (signal!.aborted) abort();
        else signal!.addEventListener('abort', abort);
      });
    const percentagesOf = ask(1);
    expect(await percentagesOf([mill])).to.equal(undefined);
    expect(await percentagesOf([crane])).to.equal(undefined);
    expect(calls[0]?.signal).to.equal(calls[1]?.signal);
  });
});
