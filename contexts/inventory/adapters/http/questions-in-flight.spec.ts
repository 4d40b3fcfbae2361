import { expect } from 'chai';
import type { UserId } from '@lego-moc/kernel/message';
import { noContent } from '@lego-moc/http/respond';
import { questionsInFlight } from './questions-in-flight.ts';

const ada = 'ada' as UserId;
const bob = 'bob' as UserId;

describe('answering questions in turn', () => {
  const begin = (waitMs = 60_000) => {
    const answerInTurn = questionsInFlight({ slots: 1, queueMax: 1, waitMs });
    const gate = Promise.withResolvers<undefined>();
    const slow = async () => {
      await gate.promise;
      return noContent();
    };
    return { answerInTurn, slow, open: () => gate.resolve(undefined) };
  };
  const quick = () => Promise.resolve(noContent());

  it('lets a second question of a user wait, refuses a third with Retry-After, and answers another user', async () => {
    const { answerInTurn, slow, open } = begin();
    const first = answerInTurn(ada, slow);
    let isAnswered = false;
    const second = answerInTurn(ada, () => {
      isAnswered = true;
      return quick();
    });
    const { status, headers, body } = await answerInTurn(ada, quick);
    expect(status).to.equal(429);
    expect(headers).to.include({ 'retry-after': '2' });
    expect(body).to.include({ type: 'urn:lego-moc:problem:too-many-questions', limit: 1 });
    expect((await answerInTurn(bob, quick)).status).to.equal(204);
    expect(isAnswered).to.equal(false);
    open();
    expect([(await first).status, (await second).status]).to.deep.equal([204, 204]);
  });

  it('gives the turn on after an answer that failed', async () => {
    const { answerInTurn } = begin();
    const failure = new Error('broken');
    expect(await answerInTurn(ada, () => Promise.reject(failure)).catch((error: unknown) => error)).to.equal(failure);
    expect((await answerInTurn(ada, quick)).status).to.equal(204);
  });
});
