import { expect } from 'chai';
import request from 'supertest';
import { createApi } from '@lego-moc/http/api';
import { setCaller } from '@lego-moc/http/caller';
import type { UserId } from '@lego-moc/kernel/message';
import { silentLogger } from '@lego-moc/logger/logger';
import { createMetrics } from '@lego-moc/metrics/metrics';
import { partColoursContract, partColoursRoute } from './part-colours.route.ts';

describe('the HTTP API for the colours of parts', () => {
  const api = createApi({
    ...{ service: 'file-processing', logger: silentLogger, contracts: [partColoursContract], checkReplies: true },
    metrics: createMetrics('file-processing', { processMetrics: false }),
    routes: [
      (incoming, _response, next) => {
        const service = incoming.get('x-test-service');
        setCaller(incoming, service === undefined ? { user: { id: 'ada' as UserId, roles: [] } } : { service });
        next();
      },
      partColoursRoute(([part = '']) =>
        Promise.resolve({
          ...{ release: 'r1', currency: 'EUR' },
          colours: [{ part, colourId: 4, name: 'Red', elements: 2, sets: null, price: 365 }],
        }),
      ),
    ],
  });
  const ask = (parts: readonly string[]) =>
    request(api).post('/v1/part-colours').set('x-test-service', 'inventory').send({ reader: 'ada', parts });

  it('serves each part once, also one without colours', async () => {
    expect((await ask(['3001', '3002', '3001']).expect(200)).body).to.eql({
      ...{ release: 'r1', currency: 'EUR' },
      parts: [
        { number: '3001', colours: [{ colourId: 4, name: 'Red', elements: 2, sets: null, price: '0.0365' }] },
        { number: '3002', colours: [] },
      ],
    });
  });

  it('refuses 201 parts with 400', async () => {
    await ask(Array.from({ length: 201 }, (_, at) => String(at))).expect(400);
  });

  it('refuses a user with 403 services-only', async () => {
    const reply = await request(api)
      .post('/v1/part-colours')
      .send({ reader: 'ada', parts: ['3001'] })
      .expect(403);
    expect(reply.body).to.deep.include({ type: 'urn:lego-moc:problem:services-only' });
  });
});
