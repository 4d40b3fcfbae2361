import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { expect } from 'chai';
import type { RequestHandler } from 'express';
import supertest from 'supertest';
import { newId } from '@lego-moc/application/new-id';
import { pollUntil } from '@lego-moc/application/poll-until';
import { createApi } from '@lego-moc/http/api';
import { setCaller } from '@lego-moc/http/caller';
import { refuse } from '@lego-moc/http/problem';
import type { UserId } from '@lego-moc/kernel/message';
import { silentLogger } from '@lego-moc/logger/logger';
import { createMetrics } from '@lego-moc/metrics/metrics';
import { eventStoreForTests } from '@lego-moc/testing/event-store-for-tests';
import type { correlationReply, eventReply, eventsPage, streamList } from './contracts/streams.ts';
import type { z } from 'zod';
import { STREAM_CONTRACTS } from './stream-contracts.ts';
import { streamsRouter } from './stream-routes.ts';

const guard: RequestHandler = (request, _response, next) => {
  if (request.get('x-operator') === undefined) refuse(403, 'role-missing', 'This needs the role operator.');
  setCaller(request, { user: { id: 'olga' as UserId, roles: ['operator'] } });
  next();
};

describe('the streams that operators see', function () {
  this.timeout(30_000);
  const category = `toy${newId().replaceAll('-', '')}`;
  const correlationId = newId();
  const streams = [0, 1, 2].map(() => `${category}-${newId()}`);
  const ids = streams.map(() => newId());
  let agent: ReturnType<typeof supertest>;

  const ask = async <T = unknown>(path: string): Promise<T> => {
    const reply = await agent.get(`/ops/${path}`).set('x-operator', 'yes');
    expect(reply.status, `${path}: ${reply.text}`).to.equal(200);
    return reply.body as T;
  };
  const refusal = async (path: string): Promise<string> => {
    const reply = await agent.get(`/ops/${path}`).set('x-operator', 'yes');
    return `${String(reply.status)} ${String((reply.body as { type?: string }).type?.split(':').at(-1))}`;
  };

  before(async () => {
    const { client, url } = await eventStoreForTests();
    const administrator = EventStoreDBClient.connectionString(url);
    for (const name of ['$streams', '$stream_by_category', '$by_correlation_id'])
      await administrator.enableProjection(name);
    await administrator.dispose();
    for (const [at, stream] of streams.entries()) {
      const metadata = { $correlationId: correlationId, $causationId: newId(), actor: 'ada', causedBy: ids[at - 1] };
      const data = { toyId: 'a', title: 'ada@example.test' };
      await client.appendToStream(stream, [
        jsonEvent({ id: ids[at] ?? '', type: 'toys.Built', data, metadata }),
        jsonEvent({ type: 'toys.Painted', data: { toyId: 'a' } }),
      ]);
    }
    const codec = { visibility: { shown: ['toyId'] }, decode: () => undefined };
    agent = supertest(
      createApi({
        ...{ service: 'toys', logger: silentLogger, metrics: createMetrics('toys'), checkReplies: true },
        contracts: STREAM_CONTRACTS,
        routes: [streamsRouter({ client, categories: [{ name: category, codec, isProcess: true }], guard })],
      }),
    );
    await pollUntil('the store has linked them', async () => {
      const reply = await agent.get(`/ops/correlations/${correlationId}`).set('x-operator', 'yes');
      return reply.status === 200 && (reply.body as { events: unknown[] }).events.length === 3;
    });
  });

  it('are listed by category, the newest first, in pages', async () => {
    const { categories } = await ask<{ categories: unknown[] }>('categories');
    expect(categories[0]).to.deep.equal({ name: category, streams: 3, hasState: false, isProcess: true });
    type Page = z.infer<typeof streamList>;
    const first = await ask<Page>(`categories/${category}/streams?limit=2`);
    const second = await ask<Page>(`categories/${category}/streams?limit=2&cursor=${String(first.nextCursor)}`);
    expect([...first.streams, ...second.streams].map(({ stream }) => stream)).to.deep.equal(streams.toReversed());
    expect(first.streams[0]).to.include({ category, events: 2, lastType: 'toys.Painted' });
    expect(second.nextCursor).to.equal(null);
  });

  it('show their events in both directions, masked', async () => {
    type Page = z.infer<typeof eventsPage>;
    const first = await ask<Page>(`streams/${String(streams[0])}/events?limit=1`);
    expect(first.events[0]).to.include({ type: 'toys.Built', revision: '0', correlationId, actor: 'ada' });
    expect(first.events[0]?.data).to.deep.equal({ toyId: 'a', title: { masked: 'string' } });
    const second = await ask<Page>(`streams/${String(streams[0])}/events?limit=1&cursor=${String(first.nextCursor)}`);
    expect(second.events[0]?.type).to.equal('toys.Painted');
    const back = await ask<Page>(`streams/${String(streams[0])}/events?direction=backwards`);
    expect(back.events.map(({ revision }) => revision)).to.deep.equal(['1', '0']);
    expect(back.nextCursor).to.equal(null);
  });

  it('show an event with its cause and its effects', async () => {
    const { event, cause, effects, isComplete } = await ask<z.infer<typeof eventReply>>(
      `streams/${String(streams[1])}/events/0`,
    );
    expect([event.eventId, cause?.eventId, effects.map(({ eventId }) => eventId), isComplete]).to.deep.equal([
      ids[1],
      ids[0],
      [ids[2]],
      true,
    ]);
  });

  it('show what one request led to as a tree', async () => {
    const { events } = await ask<z.infer<typeof correlationReply>>(`correlations/${correlationId}`);
    expect(events.map(({ eventId, parent, depth }) => [eventId, parent, depth])).to.deep.equal([
      [ids[0], null, 0],
      [ids[1], ids[0], 1],
      [ids[2], ids[1], 2],
    ]);
  });

  it('show no value that is not allowed anywhere', async () => {
    for (const path of [
      ...['categories', `categories/${category}/streams`, `correlations/${correlationId}`],
      ...[`streams/${String(streams[0])}`, `streams/${String(streams[0])}/events`],
      `streams/${String(streams[0])}/events/0`,
    ])
      expect(JSON.stringify(await ask(path)), path).not.to.contain('ada@example.test');
  });

  it('are not shown for another service, and are not there where they are not', async () => {
    expect(await refusal('streams/house-1/events')).to.equal('404 category-unknown');
    expect(await refusal('streams/$settings/events')).to.equal('404 category-unknown');
    expect(await refusal(`streams/${category}-none`)).to.equal('404 stream-unknown');
    expect(await refusal(`streams/${String(streams[0])}/events/7`)).to.equal('404 event-unknown');
    expect(await refusal(`correlations/${newId()}`)).to.equal('404 correlation-unknown');
  });

  it('are shown to operators only, and are never changed', async () => {
    for (const path of ['categories', `streams/${String(streams[0])}/events`, `correlations/${correlationId}`, 'tail'])
      await agent.get(`/ops/${path}`).expect(403);
    for (const method of ['post', 'put', 'patch', 'delete'] as const)
      await agent[method](`/ops/streams/${String(streams[0])}/events/0`)
        .set('x-operator', 'yes')
        .expect(405);
  });
});
