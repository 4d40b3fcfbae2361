import { expect } from 'chai';
import request from 'supertest';
import { newId } from '@lego-moc/application/new-id';
import { createApi } from '@lego-moc/http/api';
import { setCaller } from '@lego-moc/http/caller';
import type { UserId } from '@lego-moc/kernel/message';
import { silentLogger } from '@lego-moc/logger/logger';
import { createMetrics } from '@lego-moc/metrics/metrics';
import { inMemoryParsing } from '../../testing/in-memory-ports.ts';
import { FILE_KIND_CONTRACTS } from './file-kind-contracts.ts';
import { fileKindRoutes } from './file-kind.route.ts';

const columns = { hasHeader: true, part: 0, quantity: 1 };
const cause = { commandId: newId(), correlationId: newId(), actor: 'ada' };

/** An API where Ada has decided about two kinds of files. */
const apiWithDecisions = async () => {
  const { kinds } = inMemoryParsing();
  await kinds.remember('ada' as UserId, 'k1', { columns }, cause);
  await kinds.remember('ada' as UserId, 'excel', { colourScheme: 'bricklink' }, { ...cause, commandId: newId() });
  return createApi({
    ...{ service: 'file-processing', logger: silentLogger, contracts: FILE_KIND_CONTRACTS, checkReplies: true },
    metrics: createMetrics('file-processing', { processMetrics: false }),
    routes: [
      (incoming, _response, next) => {
        setCaller(incoming, { user: { id: (incoming.get('x-test-user') ?? 'ada') as UserId, roles: [] } });
        next();
      },
      fileKindRoutes(kinds),
    ],
  });
};

describe('the HTTP API for remembered decisions', () => {
  it('lists the own decisions, the latest last', async () => {
    const reply = await request(await apiWithDecisions()).get('/v1/file-kinds');
    expect(reply.body).to.deep.equal({
      kinds: [
        { kind: 'k1', columns },
        { kind: 'excel', colourScheme: 'bricklink' },
      ],
    });
  });

  it('forgets one of them, and answers 404 the second time', async () => {
    const api = await apiWithDecisions();
    const statuses = [];
    for (let time = 0; time < 2; time += 1) statuses.push((await request(api).delete('/v1/file-kinds/k1')).status);
    expect(statuses).to.deep.equal([204, 404]);
    const reply = await request(api).get('/v1/file-kinds');
    expect(reply.body).to.deep.equal({ kinds: [{ kind: 'excel', colourScheme: 'bricklink' }] });
  });

  it('neither shows nor forgets the decisions of another user', async () => {
    const api = await apiWithDecisions();
    const { status } = await request(api).delete('/v1/file-kinds/k1').set('x-test-user', 'bob');
    const reply = await request(api).get('/v1/file-kinds').set('x-test-user', 'bob');
    expect([status, reply.body]).to.deep.equal([404, { kinds: [] }]);
    expect((await request(api).delete('/v1/file-kinds/k1')).status).to.equal(204);
  });
});
