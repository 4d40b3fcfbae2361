import { expect } from 'chai';
import supertest from 'supertest';
import { newId } from '@lego-moc/application/new-id';
import type { OperableGroup } from '@lego-moc/event-store/operable';
import { deadLetter, memoryDeadLetters } from '@lego-moc/event-store/testing/memory-dead-letters';
import { createApi } from '@lego-moc/http/api';
import { setCaller } from '@lego-moc/http/caller';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { silentLogger } from '@lego-moc/logger/logger';
import { createMetrics } from '@lego-moc/metrics/metrics';
import type { deadLetterGroups, deadLetterList, preview } from '@lego-moc/operations/contracts/dead-letters';
import type { z } from 'zod';
import type { RecordAction } from './operator-actions.ts';
import { SUBSCRIPTION_CONTRACTS, subscriptionsRouter } from './subscriptions.ts';

const LONG_AGO = '2020-01-01T12:00:00.000Z' as Instant;
const AT = '/ops/subscriptions/packing/parked';

describe('parked messages over HTTP', () => {
  let letters: ReturnType<typeof memoryDeadLetters>;
  let actions: Parameters<RecordAction>[1][];
  let agent: ReturnType<typeof supertest>;

  const get = <T>(path: string) =>
    agent
      .get(`${AT}${path}`)
      .set('x-roles', 'operator')
      .expect(200)
      .then(({ body }) => body as T);
  const previewOf = (query: string) => get<z.infer<typeof preview>>(`/preview?${query}`);
  const post = (path: string, body: object, headers: Record<string, string> = {}) =>
    agent
      .post(`${AT}/${path}`)
      .set({ 'x-roles': 'operator,operator:act', 'idempotency-key': newId(), ...headers })
      .send(body);
  const refusalOf = async (reply: PromiseLike<{ status: number; body: unknown }>): Promise<string> => {
    const { status, body } = await reply;
    return `${String(status)} ${String((body as { type?: string }).type?.split(':').at(-1))}`;
  };

  beforeEach(() => {
    actions = [];
    letters = memoryDeadLetters(
      [
        deadLetter(1, 'poison'),
        deadLetter(2, 'ada@example.test', { groupKey: 'g2', attempts: 2 }),
        deadLetter(3, 'poison'),
        deadLetter(4, 'old', { discardedAt: LONG_AGO }),
      ],
      new Set(['3:box-1']),
    );
    const group: OperableGroup = {
      name: 'packing',
      state: () => 'live',
      status: () => Promise.resolve({ name: 'packing', group: 'packing', state: 'live', lag: 0, parked: 3 }),
      ...{ deadLetters: letters, pause: () => Promise.resolve(), resume: () => undefined },
    };
    agent = supertest(
      createApi({
        ...{ service: 'toys', logger: silentLogger, metrics: createMetrics('toys'), checkReplies: true },
        contracts: SUBSCRIPTION_CONTRACTS,
        routes: [
          subscriptionsRouter(
            () => [group],
            (request, _response, next) => {
              setCaller(request, { user: { id: 'olga' as UserId, roles: (request.get('x-roles') ?? '').split(',') } });
              next();
            },
            (_request, action) => Promise.resolve(void actions.push(action)),
            () => ({ shown: ['studs'] }),
          ),
        ],
      }),
    );
  });

  it('are listed masked, by group, and apart from those that were discarded', async () => {
    type List = z.infer<typeof deadLetterList>;
    const { parked, total } = await get<List>('');
    expect([parked.map(({ number }) => number), total]).to.deep.equal([['1', '2', '3'], 3]);
    expect(parked[1]?.event?.data).to.deep.equal({ part: { masked: 'string' }, studs: 4 });
    expect(parked[1]).to.include({ cameBack: true, attempts: 2 });
    expect((await get<List>('?group=g2&limit=1')).parked.map(({ number }) => number)).to.deep.equal(['2']);
    expect((await get<List>('?discarded=true')).parked.map(({ number }) => number)).to.deep.equal(['4']);
    const { groups } = await get<z.infer<typeof deadLetterGroups>>('/groups');
    expect(groups.map(({ key, count, cameBack }) => [key, count, cameBack])).to.deep.equal([
      ['g1', 2, 0],
      ['g2', 1, 1],
    ]);
  });

  it('are selected by id, by group, up to one, or all, and shown before anything happens', async () => {
    for (const [query, numbers] of [
      ['ids=3:box-1,1:box-1', ['1', '3']],
      ['group=g1', ['1', '3']],
      ['upTo=2:box-1', ['1', '2']],
      ['upTo=9:box-1', []],
      ['all=true', ['1', '2', '3']],
    ] as const) {
      const { sample, count } = await previewOf(`action=replay&${query}`);
      expect([sample.map(({ number }) => number), count], query).to.deep.equal([numbers, numbers.length]);
    }
    for (const query of ['action=replay', 'action=replay&all=true&group=g1', 'action=forget&all=true'])
      await agent.get(`${AT}/preview?${query}`).set('x-roles', 'operator').expect(400);
    expect(letters.commands).to.deep.equal([]);
  });

  it('are replayed as previewed, with an action on record before', async () => {
    const { count, token } = await previewOf('action=replay&group=g1');
    const body = { selection: { group: 'g1' }, count, token, reason: 'the fix is deployed' };
    const { text } = await post('replays', body).expect(200);
    expect(JSON.parse(text.trimEnd().split('\n').at(-1) ?? '')).to.deep.equal({
      ...{ phase: 'done', replayed: 1, failed: 1, total: 2 },
    });
    expect(actions).to.deep.equal([{ action: 'replay', target: 'packing', count: 2, reason: 'the fix is deployed' }]);
  });

  it('are acted on once for a request that is repeated under its Idempotency-Key', async () => {
    const headers = { 'idempotency-key': newId() };
    for (const [path, action] of [
      ['discards', 'discard'],
      ['replays', 'replay'],
    ] as const) {
      const { count, token } = await previewOf(`action=${action}&ids=1:box-1`);
      const body = { selection: { ids: ['1:box-1'] }, count, token, reason: 'seen' };
      const first = await post(path, body, headers).expect(200);
      expect((await post(path, body, headers).expect(200)).text)
        .to.contain('1')
        .and.not.contain('set-moved');
      if (action === 'discard') {
        expect(first.body).to.deep.equal({ count: 1 });
        const again = await previewOf('action=restore&all=true');
        await post('restorations', { ...body, selection: { all: true }, count: again.count, token: again.token });
      }
    }
    expect(letters.commands).to.deep.equal(['discard 1:box-1', 'restore 1:box-1', 'replay 1:box-1']);
  });

  it('are not touched when the set has moved since the preview', async () => {
    const { count, token } = await previewOf('action=discard&all=true');
    const other = await previewOf('action=discard&ids=1:box-1');
    const first = { selection: { ids: ['1:box-1'] }, count: 1, token: other.token, reason: 'seen' };
    await post('discards', first).expect(200);
    const all = { selection: { all: true }, count, token, reason: 'seen' };
    expect(await refusalOf(post('discards', all))).to.equal('409 set-moved');
    const forReplay = await previewOf('action=replay&ids=2:box-1');
    const exchange = { selection: { ids: ['2:box-1'] }, count: 1, token: forReplay.token, reason: 'seen' };
    expect(await refusalOf(post('discards', exchange)), 'the token of another action').to.equal('409 set-moved');
    expect(letters.commands).to.deep.equal(['discard 1:box-1']);
    expect(actions).to.have.length(1);
  });

  it('are not touched without confirmation, reason, Idempotency-Key or role', async () => {
    const { count, token } = await previewOf('action=replay&all=true');
    const body = { selection: { all: true }, count, token, reason: 'seen' };
    for (const path of ['replays', 'discards', 'restorations']) {
      for (const missing of ['count', 'token', 'reason', 'selection'])
        await post(path, { ...body, [missing]: undefined }).expect(400);
      await post(path, { ...body, reason: '  ' }).expect(400);
      const reader = post(path, body, { 'x-roles': 'operator' });
      expect(await refusalOf(reader)).to.equal('403 role-missing');
      const withoutKey = agent.post(`${AT}/${path}`).set('x-roles', 'operator,operator:act').send(body);
      expect(await refusalOf(withoutKey)).to.equal('400 idempotency-key-missing');
      await agent.get(`${AT}/${path}`).set('x-roles', 'operator,operator:act').expect(405);
    }
    expect([letters.commands, actions]).to.deep.equal([[], []]);
  });

  it('are not restored after thirty days', async () => {
    expect((await previewOf('action=restore&all=true')).count).to.equal(0);
  });
});
