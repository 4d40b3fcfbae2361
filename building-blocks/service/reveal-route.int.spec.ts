import { jsonEvent } from '@eventstore/db-client';
import { expect } from 'chai';
import type { RequestHandler } from 'express';
import supertest from 'supertest';
import { z } from 'zod';
import { newId } from '@lego-moc/application/new-id';
import { codecFor } from '@lego-moc/event-codec/codec';
import { createApi } from '@lego-moc/http/api';
import { setCaller } from '@lego-moc/http/caller';
import type { Message, UserId } from '@lego-moc/kernel/message';
import { silentLogger } from '@lego-moc/logger/logger';
import { createMetrics } from '@lego-moc/metrics/metrics';
import { AGGREGATE_CONTRACTS } from '@lego-moc/operations/aggregate-contracts';
import { aggregatesRouter } from '@lego-moc/operations/aggregate-routes';
import type { Category } from '@lego-moc/operations/categories';
import { eventStoreForTests } from '@lego-moc/testing/event-store-for-tests';
import type { RecordAction } from './operator-actions.ts';
import { REVEAL_CONTRACTS, revealRouter } from './reveal-route.ts';

type ToyBuilt = Message<'Built', { title: string; studs: number; key: string; tags: readonly string[] }>;
type ToyScrapped = Message<'Scrapped', Record<string, never>>;
type State = { readonly title: string; readonly studs: number };

const codec = codecFor<ToyBuilt | ToyScrapped>('toys', {
  Built: [{ schema: z.object({ title: z.string(), studs: z.int(), key: z.string(), tags: z.array(z.string()) }) }],
  Scrapped: [{ schema: z.object({}).transform(() => ({}) as Record<string, never>) }],
}).showing({ shown: ['studs'], secret: ['key'], erasedBy: ['Scrapped'] });

const evolve = (state: State, event: ToyBuilt | ToyScrapped): State =>
  event.type === 'Scrapped'
    ? { title: '', studs: 0 }
    : { title: event.data.title, studs: state.studs + event.data.studs };

describe('the past of an aggregate, and its masked values', function () {
  this.timeout(30_000);
  const category = `toy${newId().replaceAll('-', '')}`;
  let id: string;
  let times: readonly string[];
  let actions: Parameters<RecordAction>[1][];
  let agent: ReturnType<typeof supertest>;

  const guard: RequestHandler = (request, _response, next) => {
    setCaller(request, { user: { id: 'olga' as UserId, roles: (request.get('x-roles') ?? 'operator').split(',') } });
    next();
  };
  const get = async (path: string): Promise<unknown> => {
    const reply = await agent.get(`/ops/aggregates/${category}/${id}${path}`);
    expect(reply.status, reply.text).to.equal(200);
    return reply.body;
  };
  const reveal = (body: object, headers: Record<string, string> = {}, stream = `${category}-${id}`) =>
    agent
      .post(`/ops/streams/${stream}/events/0/reveals`)
      .set({ 'x-roles': 'operator,operator:reveal', 'idempotency-key': newId(), ...headers })
      .send(body);
  const refusalOf = async (reply: PromiseLike<{ status: number; body: unknown }>): Promise<string> => {
    const { status, body } = await reply;
    return `${String(status)} ${String((body as { type?: string }).type?.split(':').at(-1))}`;
  };
  const build = (title: string, studs: number) =>
    jsonEvent({ type: 'toys.Built', data: { title, studs, key: 'k', tags: ['red'] } });

  beforeEach(async () => {
    id = newId();
    actions = [];
    const { client } = await eventStoreForTests();
    await client.appendToStream(`${category}-${id}`, build('Crane of Ada', 4));
    await client.appendToStream(`${category}-${id}`, build('Tower of Ada', 2));
    const instants: string[] = [];
    for await (const { event } of client.readStream(`${category}-${id}`))
      instants.push(event?.created.toISOString() ?? '');
    times = instants;
    const own = { name: category, codec, fold: { initial: { title: '', studs: 0 }, evolve } } as unknown as Category;
    agent = supertest(
      createApi({
        ...{ service: 'toys', logger: silentLogger, metrics: createMetrics('toys'), checkReplies: true },
        contracts: [...AGGREGATE_CONTRACTS, ...REVEAL_CONTRACTS],
        routes: [
          aggregatesRouter({ client, categories: [own], guard }),
          revealRouter(client, [own], guard, (_request, action) => Promise.resolve(void actions.push(action))),
        ],
      }),
    );
  });

  it('is folded by the service’s own function up to any revision or instant, masked', async () => {
    const title = { masked: 'string' };
    expect(await get('')).to.deep.include({ revision: '1', lastRevision: '1', state: { title, studs: 6 } });
    expect(await get('?revision=0')).to.deep.include({ revision: '0', lastRevision: '1', state: { title, studs: 4 } });
    expect(await get(`?at=${times[0] === times[1] ? '2999-01-01T00:00:00.000Z' : (times[0] ?? '')}`)).to.have.property(
      'state',
    );
    const early = agent.get(`/ops/aggregates/${category}/${id}?at=2000-01-01T00:00:00.000Z`);
    expect(await refusalOf(early)).to.equal('404 state-unknown');
    expect(await refusalOf(agent.get(`/ops/aggregates/house/${id}`))).to.equal('404 category-unknown');
    expect(await refusalOf(agent.get(`/ops/aggregates/${category}/${newId()}`))).to.equal('404 state-unknown');
    await agent.get(`/ops/aggregates/${category}/${id}?revision=0&at=2999-01-01T00:00:00.000Z`).expect(400);
  });

  it('differs between two revisions in values that are masked as well', async () => {
    expect(await get('/difference?from=0&to=1')).to.deep.equal({
      ...{ from: '0', to: '1', isComplete: true },
      changes: [
        { path: 'studs', before: 4, after: 6 },
        { path: 'title', before: { masked: 'string' }, after: { masked: 'string' } },
      ],
    });
  });

  it('is the data of a test: what was given, and what a command led to', async () => {
    const event = (studs: number) => ({
      type: 'Built',
      data: { title: { masked: 'string' }, studs, key: { masked: 'string' }, tags: [{ masked: 'string' }] },
    });
    expect(await get('/given')).to.deep.include({ given: [event(4)], then: [event(2)] });
  });

  it('shows one value to who may reveal, says why, and is on record', async () => {
    const reply = await reveal({ field: 'title', reason: 'a complaint' }).expect(200);
    expect(reply.body).to.deep.equal({ field: 'title', value: 'Crane of Ada' });
    expect(reply.headers['cache-control']).to.equal('no-store');
    expect((await reveal({ field: 'tags.0', reason: 'a complaint' }).expect(200)).body).to.include({ value: 'red' });
    expect(actions[0]).to.deep.equal({
      ...{ action: 'reveal', target: `0@${category}-${id} title`, count: 1, reason: 'a complaint' },
    });
  });

  it('shows none without field, reason, key, role or record', async () => {
    await reveal({ reason: 'a complaint' }).expect(400);
    await reveal({ field: 'title' }).expect(400);
    await reveal({ field: 'title', reason: ' ' }).expect(400);
    const wish = { field: 'title', reason: 'a complaint' };
    for (const roles of ['operator', 'operator,operator:act'])
      expect(await refusalOf(reveal(wish, { 'x-roles': roles }))).to.equal('403 role-missing');
    const withoutKey = agent
      .post(`/ops/streams/${category}-${id}/events/0/reveals`)
      .set('x-roles', 'operator,operator:reveal')
      .send(wish);
    expect(await refusalOf(withoutKey)).to.equal('400 idempotency-key-missing');
    await agent.get(`/ops/streams/${category}-${id}/events/0/reveals`).expect(405);
    expect(actions).to.deep.equal([]);
  });

  it('never shows a secret, what is not one value, or the streams of others', async () => {
    expect(await refusalOf(reveal({ field: 'key', reason: 'x' }))).to.equal('403 field-secret');
    expect(await refusalOf(reveal({ field: 'tags', reason: 'x' }))).to.equal('422 field-unknown');
    expect(await refusalOf(reveal({ field: 'constructor.name', reason: 'x' }))).to.equal('422 field-unknown');
    for (const stream of ['house-1', 'integration-toys', '$settings'])
      expect(await refusalOf(reveal({ field: 'title', reason: 'x' }, {}, stream)), stream).to.equal(
        '404 category-unknown',
      );
    expect(actions).to.deep.equal([]);
  });

  it('shows nothing after the erasure', async () => {
    const { client } = await eventStoreForTests();
    await client.appendToStream(`${category}-${id}`, jsonEvent({ type: 'toys.Scrapped', data: {} }));
    expect(await refusalOf(reveal({ field: 'title', reason: 'x' }))).to.equal('410 erased');
    expect(actions).to.deep.equal([]);
  });
});
