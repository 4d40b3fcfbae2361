import { expect } from 'chai';
import type { RequestHandler } from 'express';
import supertest from 'supertest';
import { newId } from '@lego-moc/application/new-id';
import type { OperableGroup } from '@lego-moc/event-store/operable';
import { deadLetter, memoryDeadLetters } from '@lego-moc/event-store/testing/memory-dead-letters';
import { createApi } from '@lego-moc/http/api';
import { setCaller } from '@lego-moc/http/caller';
import { refuse } from '@lego-moc/http/problem';
import type { UserId } from '@lego-moc/kernel/message';
import { silentLogger } from '@lego-moc/logger/logger';
import { createMetrics } from '@lego-moc/metrics/metrics';
import { eventStoreForTests } from '@lego-moc/testing/event-store-for-tests';
import { ACTION_CONTRACTS, actionRecorder, actionsRouter } from './operator-actions.ts';
import { SUBSCRIPTION_CONTRACTS, subscriptionsRouter } from './subscriptions.ts';

type Page = {
  readonly actions: readonly { readonly target: string; readonly reason: string | null }[];
  readonly nextCursor: string | null;
};

const guard: RequestHandler = (request, _response, next) => {
  if (request.get('x-operator') === undefined) refuse(403, 'role-missing', 'This needs the role operator.');
  setCaller(request, { user: { id: 'olga' as UserId, roles: ['operator', 'operator:act'] } });
  next();
};

const group = (name: string): OperableGroup => ({
  name,
  state: () => 'live',
  status: () => Promise.resolve({ name, group: name, state: 'live', lag: 0, parked: 3 }),
  ...{ pause: () => Promise.resolve(), resume: () => undefined },
  deadLetters: memoryDeadLetters([1, 2, 3].map((number) => deadLetter(number, 'poison'))),
});

describe('the actions of operators', function () {
  this.timeout(20_000);
  let target: string;

  beforeEach(() => {
    target = `group-${newId()}`;
  });

  const api = async () => {
    const { client } = await eventStoreForTests();
    return supertest(
      createApi({
        ...{ service: 'toys', logger: silentLogger, metrics: createMetrics('toys'), checkReplies: true },
        contracts: [...SUBSCRIPTION_CONTRACTS, ...ACTION_CONTRACTS],
        routes: [
          subscriptionsRouter(() => [group(target)], guard, actionRecorder(client, 'toys')),
          actionsRouter(client, guard),
        ],
      }),
    );
  };
  const discard = async (reason: string, headers: Record<string, string> = {}) => {
    const agent = await api();
    const at = `/ops/subscriptions/${target}/parked`;
    const preview = await agent.get(`${at}/preview?action=discard&all=true`).set('x-operator', 'yes').expect(200);
    const { count, token } = preview.body as { count: number; token: string };
    return agent
      .post(`${at}/discards`)
      .set({ 'x-operator': 'yes', 'idempotency-key': newId(), ...headers })
      .send({ selection: { all: true }, count, token, reason });
  };
  const list = async (query = ''): Promise<Page> => {
    const reply = await (await api()).get(`/ops/actions${query}`).set('x-operator', 'yes').expect(200);
    return reply.body as Page;
  };

  it('are recorded with who, what, target, count and reason', async () => {
    expect((await discard('the fix is deployed')).status).to.equal(200);
    const { actions } = await list();
    expect(actions[0]).to.deep.include({
      ...{ operator: 'olga', service: 'toys', action: 'discard', target, count: 3 },
      reason: 'the fix is deployed',
    });
  });

  it('count once for a request that is repeated under its Idempotency-Key', async () => {
    const headers = { 'idempotency-key': newId() };
    await discard('seen', headers);
    await discard('seen', headers);
    const { actions } = await list();
    expect(actions.filter((action) => action.target === target)).to.have.length(1);
  });

  it('are listed in pages, the latest first, each once', async () => {
    for (const reason of ['first', 'second', 'third']) await discard(reason);
    const pages: Page[] = [await list('?limit=2')];
    pages.push(await list(`?limit=2&cursor=${String(pages[0]?.nextCursor)}`));
    const own = pages.flatMap(({ actions }) => actions).filter((action) => action.target === target);
    expect(own.map(({ reason }) => reason)).to.deep.equal(['third', 'second', 'first']);
  });

  it('are shown to operators only', async () => {
    await (await api()).get('/ops/actions').expect(403);
  });

  it('are not recorded when there is no such target', async () => {
    const before = await list('?limit=1');
    const agent = await api();
    await agent
      .post('/ops/subscriptions/none/parked/discards')
      .set({ 'x-operator': 'yes', 'idempotency-key': newId() })
      .send({ selection: { all: true }, count: 1, token: 'x', reason: 'seen' })
      .expect(404);
    expect((await list('?limit=1')).actions).to.deep.equal(before.actions);
  });
});
