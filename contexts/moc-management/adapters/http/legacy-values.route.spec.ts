import { expect } from 'chai';
import request from 'supertest';
import type { MocReply } from '../../contracts/http-api.ts';
import { api } from '../../testing/api-for-tests.ts';

/** Values that the tables of the monolith hold. */
describe('ids and times of MOCs', () => {
  const draftAs = (app: ReturnType<typeof api>, user: string) =>
    request(app).post('/v1/mocs').set('x-test-user', user).send({ title: 'Crane' }).expect(201);

  it('tells owners apart whose ids differ by case only', async () => {
    const app = api();
    for (const user of ['ada@example.com', 'Ada@example.com', '507f1f77bcf86cd799439011', '507F1F77BCF86CD799439011']) {
      const moc = (await draftAs(app, user)).body as MocReply;
      expect(moc.owner).to.equal(user);
      const otherUser = user === user.toLowerCase() ? user.toUpperCase() : user.toLowerCase();
      await request(app).get(`/v1/mocs/${moc.mocId}`).set('x-test-user', user).expect(200);
      await request(app).get(`/v1/mocs/${moc.mocId}`).set('x-test-user', otherUser).expect(404);
    }
  });

  it('answers 404 for the ids of all zeros and all f, as for any other that is not there', async () => {
    for (const digit of ['0', 'f'])
      await request(api())
        .get(`/v1/mocs/${'8-4-4-4-12'.replaceAll(/\d+/g, (length) => digit.repeat(Number(length)))}`)
        .expect(404);
    await request(api()).get('/v1/mocs/17').expect(400);
  });

  it('dates what it shows in UTC with milliseconds', async () => {
    const moc = (await draftAs(api(), 'ada')).body as MocReply;
    expect(moc.createdAt).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });
});
