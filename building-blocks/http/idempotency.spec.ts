import { expect } from 'chai';
import { Router } from 'express';
import supertest from 'supertest';
import { silentLogger } from '@lego-moc/logger/logger';
import { createMetrics } from '@lego-moc/metrics/metrics';
import { StreamMoved } from '@lego-moc/application/event-streams';
import type { UserId } from '@lego-moc/kernel/message';
import { createApi } from './api.ts';
import { setCaller } from './caller.ts';
import { causeOf } from './cause.ts';
import { idempotent } from './idempotency.ts';
import { inMemoryIdempotencyStore } from './in-memory-idempotency-store.ts';
import { createdReply, problem, respond, type Reply } from './respond.ts';

describe('repeating a request with its Idempotency-Key', () => {
  const serving = (answer: (times: number) => Promise<Reply> | Reply) => {
    let times = 0;
    const commandIds: string[] = [];
    const app = createApi({
      service: 'spec',
      logger: silentLogger,
      metrics: createMetrics('spec', { processMetrics: false }),
      routes: [
        (request, _response, next) => {
          setCaller(request, { user: { id: (request.get('x-test-user') ?? 'ada') as UserId, roles: [] } });
          next();
        },
        idempotent(inMemoryIdempotencyStore(), { logger: silentLogger, waitMs: 0 }),
        Router().post(
          '/mocs',
          respond((request) => {
            commandIds.push(causeOf(request).commandId);
            return answer((times += 1));
          }),
        ),
      ],
    });
    const post = (body: object, headers: Record<string, string> = { 'idempotency-key': 'k-1' }) =>
      supertest(app).post('/mocs').set(headers).send(body);
    return { post, times: () => times, commandIds };
  };
  const replyOf = (times: number): Reply => createdReply(`/mocs/${times}`, { times }, 3n);

  it('replays the first answer, with its status and headers', async () => {
    const { post, times } = serving(replyOf);
    const first = await post({ title: 'Crane' });
    const again = await post({ title: 'Crane' });

    expect(times()).to.equal(1);
    expect(again.status).to.equal(201);
    expect(again.body).to.deep.equal(first.body);
    expect(again.headers).to.include({ location: '/mocs/1', etag: '"3"', 'idempotent-replayed': 'true' });
    expect(first.headers).not.to.have.property('idempotent-replayed');
  });

  it('is refused with another body', async () => {
    const { post, times } = serving(replyOf);
    await post({ title: 'Crane' });
    const other = await post({ title: 'Tower' });

    expect(other.status).to.equal(422);
    expect((other.body as { type: string }).type).to.equal('urn:lego-moc:problem:idempotency-key-reused');
    expect(times()).to.equal(1);
  });

  it('is refused while the first is still in flight', async () => {
    const { promise, resolve } = Promise.withResolvers<Reply>();
    const { post, times } = serving(() => promise);
    const first = post({ title: 'Crane' }).then((reply) => reply);
    while (times() === 0) await new Promise((next) => setImmediate(next));
    const meanwhile = await post({ title: 'Crane' });
    resolve(replyOf(1));

    expect(meanwhile.status).to.equal(409);
    expect((await first).status).to.equal(201);
  });

  it('is a new request when another user sends it', async () => {
    const { post, times } = serving(replyOf);
    await post({ title: 'Crane' });
    const bobs = await post({ title: 'Crane' }, { 'idempotency-key': 'k-1', 'x-test-user': 'bob' });

    expect(bobs.body).to.deep.equal({ times: 2 });
    expect(times()).to.equal(2);
  });

  it('replays a refusal that is an outcome', async () => {
    const { post, times } = serving(() => problem(409, 'title-taken', 'You have a MOC of that title.'));
    await post({ title: 'Crane' });
    const again = await post({ title: 'Crane' });

    expect(again.status).to.equal(409);
    expect(times()).to.equal(1);
  });

  it('is carried out again, as the same command, after a 5xx', async () => {
    const { post, commandIds } = serving((times) => {
      if (times === 1) throw new Error('lost connection');
      return replyOf(times);
    });
    const failure = await post({ title: 'Crane' });
    const again = await post({ title: 'Crane' });

    expect([failure.status, again.status]).to.deep.equal([500, 201]);
    expect(new Set(commandIds).size).to.equal(1);
  });

  it('is carried out with a corrected body under the same key', async () => {
    const { post } = serving((times) =>
      times === 1 ? problem(400, 'invalid-request', 'Some fields are not as they should be.') : replyOf(times),
    );
    const [refusal, correction] = [await post({ titel: 'Crane' }), await post({ title: 'Crane' })];

    expect([refusal.status, correction.status]).to.deep.equal([400, 201]);
  });

  it('is carried out again after 409 from a faster writer: nothing was decided', async () => {
    const { post } = serving((times) => {
      if (times === 1) throw new StreamMoved('moc-1', 0n);
      return replyOf(times);
    });
    const [conflict, again] = [await post({ title: 'Crane' }), await post({ title: 'Crane' })];

    expect([conflict.status, conflict.headers['retry-after'], again.status]).to.deep.equal([409, '1', 201]);
  });

  it('is not recognised without a key', async () => {
    const { post, times } = serving(replyOf);
    await post({ title: 'Crane' }, {});
    await post({ title: 'Crane' }, {});

    expect(times()).to.equal(2);
  });

  it('is refused with an overlong key', async () => {
    const { post, times } = serving(replyOf);
    const reply = await post({ title: 'Crane' }, { 'idempotency-key': 'k'.repeat(256) });

    expect(reply.status).to.equal(400);
    expect(times()).to.equal(0);
  });
});
