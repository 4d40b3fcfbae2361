import { expect } from 'chai';
import type { RequestHandler } from 'express';
import supertest from 'supertest';
import { newId } from '@lego-moc/application/new-id';
import type { OperableGroup } from '@lego-moc/event-store/operable';
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
  setCaller(request, { user: { id: 'olga' as UserId, roles: ['operator'] } });
  next();
};

const group = (name: string): OperableGroup => ({
  name,
  state: () => 'live',
  status: () => Promise.resolve({ name, group: name, state: 'live', lag: 0, parked: 3 }),
  parked: () => Promise.resolve([]),
  replay: () => Promise.resolve(3),
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
  const replay = async (query = '', headers: Record<string, string> = {}) =>
    (await api()).post(`/ops/subscriptions/${target}/replay${query}`).set({ 'x-operator': 'yes', ...headers });
  const list = async (query = ''): Promise<Page> => {
    const reply = await (await api()).get(`/ops/actions${query}`).set('x-operator', 'yes').expect(200);
    return reply.body as Page;
  };

  it('are recorded with who, what, target, count and reason', async () => {
    expect((await replay('?reason=the%20fix%20is%20deployed')).status).to.equal(200);
    const { actions } = await list();
    expect(actions[0]).to.deep.include({
      ...{ operator: 'olga', service: 'toys', action: 'replay', target, count: 3 },
      reason: 'the fix is deployed',
    });
  });

  it('count once for a request that is repeated under its Idempotency-Key', async () => {
    const headers = { 'idempotency-key': newId() };
    await replay('', headers);
    await replay('', headers);
    const { actions } = await list();
    expect(actions.filter((action) => action.target === target)).to.have.length(1);
  });

  it('are listed in pages, the latest first, each once', async () => {
    for (const reason of ['first', 'second', 'third']) await replay(`?reason=${reason}`);
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
    await (await api()).post('/ops/subscriptions/none/replay').set('x-operator', 'yes').expect(404);
    expect((await list('?limit=1')).actions).to.deep.equal(before.actions);
  });
});
