import { expect } from 'chai';
import request from 'supertest';
import type { UserId } from '@lego-moc/kernel/message';
import type { MocReply } from '../../contracts/http-api.ts';
import { api, createOwners, now } from '../../testing/api-for-tests.ts';

describe('GET /v1/mocs/:mocId/history', () => {
  it('answers 410 once the owner is erased, though a token of theirs is still valid', async () => {
    const owners = createOwners();
    const app = api(owners);
    const { mocId } = (await request(app).post('/v1/mocs').send({ title: 'Crane' }).expect(201)).body as MocReply;
    await request(app).get(`/v1/mocs/${mocId}/history`).expect(200);
    await owners.erase('ada' as UserId, now(), { commandId: 'erase', correlationId: 'erase', actor: 'profile' });
    const reply = await request(app).get(`/v1/mocs/${mocId}/history`).expect(410);
    expect(reply.body).to.include({ type: 'urn:lego-moc:problem:user-erased' }).and.not.to.have.property('events');
  });
});
