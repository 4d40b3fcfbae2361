import { PassThrough } from 'node:stream';
import { expect } from 'chai';
import sharp from 'sharp';
import request from 'supertest';
import { createLogger } from '@lego-moc/logger/logger';
import { NOON, profileService, WEBHOOK_SECRET } from '../../testing/profile-service.ts';
import { webhookSignature } from '@lego-moc/http/webhook-signature';

const CANARY = 'canary';

describe('personal data', () => {
  it('is neither in logs nor in stored events, whatever request fails', async () => {
    const log = new PassThrough();
    const { app, sealed } = profileService(createLogger('profile', 'debug', log));
    const picture = await sharp({ create: { width: 9, height: 9, channels: 3, background: '#fff' } })
      .png()
      .toBuffer();
    const sendWebhook = (data: object, signature?: string) => {
      const body = JSON.stringify({ type: 'user.email-changed', timestamp: '2026-01-01T11:00:00Z', data });
      const at = String(Date.parse(NOON) / 1_000);
      return request(app)
        .post('/v1/identity-events')
        .set({ 'webhook-id': 'm', 'webhook-timestamp': at, 'content-type': 'application/json' })
        .set('webhook-signature', signature ?? webhookSignature(WEBHOOK_SECRET, 'm', at, Buffer.from(body)))
        .send(body);
    };
    const me = () => request(app).patch('/v1/users/me');

    await me()
      .send({ displayName: `${CANARY} name`, bio: `${CANARY} bio`, location: CANARY })
      .expect(200);
    await me()
      .set('idempotency-key', 'k')
      .send({ website: `https://${CANARY}.example` })
      .expect(200);
    await me()
      .send({ displayName: `${CANARY}\u0000` })
      .expect(400);
    await me()
      .send({ website: `javascript:${CANARY}` })
      .expect(400);
    await me().set('content-type', 'application/json').send(`{"bio": "${CANARY}`).expect(400);
    await me().set('if-match', '"99"').send({ bio: CANARY }).expect(412);
    await sendWebhook({ userId: 'ada', email: `${CANARY}@x.example` }).expect(204);
    await sendWebhook({ userId: 'ada', email: `${CANARY}, no address` }).expect(400);
    await sendWebhook({ userId: 'ada', email: `${CANARY}@x.example` }, `v1,${CANARY}`).expect(401);
    await request(app).put('/v1/users/me/avatar').set('content-type', 'image/png').send(picture).expect(200);
    await request(app).put('/v1/users/me/avatar').set('content-type', 'image/png').send(CANARY).expect(422);
    const exportReply = await request(app).get('/v1/users/me/export').expect(200);
    expect(JSON.stringify(exportReply.body).split(CANARY).length).to.be.above(5);

    const events = [];
    for await (const recordedEvent of sealed.readEvents('ada')) events.push(recordedEvent.event);
    expect(events.length).to.be.above(3);
    expect(JSON.stringify(events)).not.to.include(CANARY);

    await new Promise((resolve) => setImmediate(resolve));
    const logText = String(log.read() ?? '');
    expect(logText.split('\n').length).to.be.above(10);
    expect(logText).not.to.include(CANARY);
  });
});
