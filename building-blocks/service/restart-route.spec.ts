import { expect } from 'chai';
import supertest from 'supertest';
import { newId } from '@lego-moc/application/new-id';
import { createApi } from '@lego-moc/http/api';
import { setCaller } from '@lego-moc/http/caller';
import type { UserId } from '@lego-moc/kernel/message';
import { silentLogger } from '@lego-moc/logger/logger';
import { createMetrics } from '@lego-moc/metrics/metrics';
import { RESTART_CONTRACTS, restartRouter } from './restart-route.ts';

describe('restarting a service over HTTP', () => {
  let acts: string[];
  let uptimeSeconds: number;

  const post = (
    path: string,
    roles: readonly string[],
    headers: Record<string, string> = { 'idempotency-key': newId() },
  ) =>
    supertest(
      createApi({
        ...{ service: 'toys', logger: silentLogger, metrics: createMetrics('toys'), checkReplies: true },
        contracts: RESTART_CONTRACTS,
        routes: [
          restartRouter(
            (request, _response, next) => {
              setCaller(request, { user: { id: 'olga' as UserId, roles } });
              next();
            },
            (_request, { action }) => Promise.resolve(void acts.push(action)),
            { stop: () => void acts.push('stop'), uptime: () => uptimeSeconds },
          ),
        ],
      }),
    )
      .post(path)
      .set(headers);

  beforeEach(() => {
    acts = [];
    uptimeSeconds = 3_600;
  });

  it('records the restart before it stops the process', async () => {
    await post('/ops/restart?reason=slow', ['operator', 'operator:act']).expect(202, { upForSeconds: 3_600 });
    expect(acts).to.deep.equal(['restart', 'stop']);
  });

  it('leaves a process alone that is a few seconds old: the request was sent twice', async () => {
    uptimeSeconds = 9;
    await post('/ops/restart?reason=slow', ['operator', 'operator:act']).expect(409);
    expect(acts).to.deep.equal([]);
  });

  it('refuses an operator who only reads, a request without a reason, and one without a key', async () => {
    await post('/ops/restart?reason=slow', ['operator']).expect(403);
    await post('/ops/restart', ['operator', 'operator:act']).expect(400);
    await post('/ops/restart?reason=slow', ['operator', 'operator:act'], {}).expect(400);
    expect(acts).to.deep.equal([]);
  });
});
