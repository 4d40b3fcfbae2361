import { expect } from 'chai';
import request from 'supertest';
import { newId } from '@lego-moc/application/new-id';
import { createApi } from '@lego-moc/http/api';
import { setCaller } from '@lego-moc/http/caller';
import type { UserId } from '@lego-moc/kernel/message';
import { silentLogger } from '@lego-moc/logger/logger';
import { createMetrics } from '@lego-moc/metrics/metrics';
import type { InterestCountsQuery } from '../../contracts/interests-api.ts';
import { countInterests } from './interest-contracts.ts';
import { interestCountsRoute } from './interest-counts.route.ts';

describe('the HTTP API for counts of interest', () => {
  const mocId = newId();
  const queries: InterestCountsQuery[] = [];
  const api = createApi({
    ...{ service: 'moc-management', logger: silentLogger, contracts: [countInterests], checkReplies: true },
    metrics: createMetrics('moc-management', { processMetrics: false }),
    routes: [
      (incoming, _response, next) => {
        const service = incoming.get('x-test-service');
        setCaller(incoming, service === undefined ? { user: { id: 'ada' as UserId, roles: [] } } : { service });
        next();
      },
      interestCountsRoute((query) => {
        queries.push(query);
        return Promise.resolve({ mocs: [{ mocId, likes: 2, bookmarks: 1 }], nextCursor: mocId });
      }),
    ],
  });

  it('serves a page to a service', async () => {
    const get = (query: string) => request(api).get(`/v1/interest-counts?${query}`).set('x-test-service', 'search');
    const reply = await get(`cursor=${mocId}&limit=7`).expect(200);
    expect(reply.body).to.eql({ mocs: [{ mocId, likes: 2, bookmarks: 1 }], nextCursor: mocId });
    expect(queries).to.eql([{ cursor: mocId, limit: 7 }]);
    await get('limit=5001').expect(400);
  });

  it('refuses a user with 403 services-only', async () => {
    const reply = await request(api).get('/v1/interest-counts').expect(403);
    expect((reply.body as { type: string }).type).to.match(/services-only$/u);
  });
});
