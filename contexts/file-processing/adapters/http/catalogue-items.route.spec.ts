import { expect } from 'chai';
import request from 'supertest';
import { createApi } from '@lego-moc/http/api';
import { setCaller } from '@lego-moc/http/caller';
import type { UserId } from '@lego-moc/kernel/message';
import { silentLogger } from '@lego-moc/logger/logger';
import { createMetrics } from '@lego-moc/metrics/metrics';
import { catalogueItemsContract, catalogueItemsRoute } from './catalogue-items.route.ts';

describe('the HTTP API for catalogue items', () => {
  const api = createApi({
    ...{ service: 'file-processing', logger: silentLogger, contracts: [catalogueItemsContract], checkReplies: true },
    metrics: createMetrics('file-processing', { processMetrics: false }),
    routes: [
      (incoming, _response, next) => {
        const service = incoming.get('x-test-service');
        setCaller(incoming, service === undefined ? { user: { id: 'ada' as UserId, roles: [] } } : { service });
        next();
      },
      catalogueItemsRoute(({ release = 'newest', cursor, limit }) =>
        Promise.resolve(
          release === 'former'
            ? undefined
            : {
                release,
                items: [{ kind: 'part', number: cursor ?? 'first', name: '', category: String(limit) }],
                nextCursor: null,
              },
        ),
      ),
    ],
  });
  const typeOf = ({ body }: { body: unknown }): string => (body as { type: string }).type.split(':').at(-1) ?? '';
  const get = (query: string, service = 'search') =>
    request(api).get(`/v1/catalogue-items?${query}`).set('x-test-service', service);

  it('serves a page to a service, a thousand items unless fewer are asked for', async () => {
    const reply = await get('').expect(200);
    expect(reply.body).to.eql({
      release: 'newest',
      items: [{ kind: 'part', number: 'first', name: '', category: '1000' }],
      nextCursor: null,
    });
    await get('cursor=set:10-1&limit=1001').expect(400);
    await get('cursor=minifig:1').expect(400);
  });

  it('answers 404 release-not-found when the release is not there any more', async () => {
    expect(typeOf(await get('release=former').expect(404))).to.equal('release-not-found');
  });

  it('refuses a user with 403 services-only', async () => {
    expect(typeOf(await request(api).get('/v1/catalogue-items').expect(403))).to.equal('services-only');
  });
});
