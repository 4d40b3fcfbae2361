import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { devUserId } from '@lego-moc/embedded-identity/issue-token';
import { ownProfile } from '@lego-moc/profile/contracts/http-api';
import { requestsAs, problemCode, type SendRequest } from './requests.ts';
import { webhooksTo } from './auth-service.ts';
import { PLATFORM_WITHIN_MS, sharedPlatform, type TestPlatform } from './platform.ts';

const MINUTE_MS = 60_000;
const at = (minutesAgo: number): string => new Date(Date.now() - minutesAgo * MINUTE_MS).toISOString();

describe('receiving webhooks of the Auth Service', function () {
  this.timeout(PLATFORM_WITHIN_MS);
  let platform: TestPlatform;
  let sendWebhook: ReturnType<typeof webhooksTo>;
  let name: string;
  let me: SendRequest;

  before(async () => {
    platform = await sharedPlatform();
    sendWebhook = webhooksTo(platform);
  });
  beforeEach(() => {
    name = `newcomer-${randomUUID()}`;
    me = requestsAs(platform, name);
  });

  const readOwnProfile = async () => ownProfile.parse(await (await me('/api/users/me')).json());
  const registration = (minutesAgo = 1, more: object = {}) => ({
    type: 'user.registered',
    timestamp: at(minutesAgo),
    data: { userId: devUserId(name), email: 'first@x.example', displayName: 'Newcomer', ...more },
  });
  const emailChange = (email: string, minutesAgo: number) => ({
    type: 'user.email-changed',
    timestamp: at(minutesAgo),
    data: { userId: devUserId(name), email },
  });
  const deletion = () => ({ type: 'user.deleted', timestamp: at(0), data: { userId: devUserId(name) } });
  const expectRefusal = async (reply: Response, status: number, code: string): Promise<void> => {
    expect([reply.status, await problemCode(reply)]).to.deep.equal([status, code]);
  };
  /** A user's first request stores the address in their token. */
  const expectNothingHeard = async (): Promise<void> => {
    expect((await readOwnProfile()).email).to.equal(`${encodeURIComponent(name)}@example.test`);
  };

  it('needs no token, creates the profile, and changes nothing the second time', async () => {
    const id = randomUUID();
    for (let times = 0; times < 3; times += 1) expect((await sendWebhook(registration(), { id })).status).to.equal(204);
    expect(await readOwnProfile()).to.include({ displayName: 'Newcomer', email: 'first@x.example' });
  });

  it('keeps the newest address, in whatever order the webhooks arrive', async () => {
    for (const event of [emailChange('third@x.example', 1), registration(9), emailChange('second@x.example', 5)])
      expect((await sendWebhook(event)).status).to.equal(204);
    expect((await readOwnProfile()).email).to.equal('third@x.example');
  });

  it('refuses a body, an id or a secret other than the signed one', async () => {
    const other = JSON.stringify(registration(1, { email: 'thief@x.example' }));
    await expectRefusal(await sendWebhook(registration(), { arrives: other }), 401, 'webhook-signature-wrong');
    await expectRefusal(await sendWebhook(registration(), { secret: 'b3RoZXI=' }), 401, 'webhook-signature-wrong');
    const unsignedRequest = { method: 'POST', headers: { 'content-type': 'application/json' }, body: other };
    await expectRefusal(await fetch(`${platform.url}/api/identity-events`, unsignedRequest), 401, 'webhook-unsigned');
    await expectNothingHeard();
  });

  it('accepts clocks that differ by less than five minutes, and refuses older and future timestamps', async () => {
    for (const aheadS of [-310, 310])
      await expectRefusal(await sendWebhook(registration(), { aheadS }), 401, 'webhook-expired');
    await expectNothingHeard();
    for (const aheadS of [-280, 280])
      expect((await sendWebhook(emailChange('a@x.example', 0), { aheadS })).status).to.equal(204);
    expect((await readOwnProfile()).email).to.equal('a@x.example');
  });

  it('answers 400 to a signed body that is malformed or cannot be stored', async () => {
    for (const strange of [
      '{"type":',
      '[]',
      { type: 'user.promoted', timestamp: at(0), data: { userId: devUserId(name) } },
      registration(1, { userId: '../admin' }),
      registration(1, { displayName: 'half \ud83e' }),
      registration(1, { displayName: 'zero \0' }),
      registration(1, { email: 'no address' }),
    ])
      expect((await sendWebhook(strange)).status, JSON.stringify(strange)).to.equal(400);
    expect((await sendWebhook(`"${'x'.repeat(65 * 1024)}"`)).status).to.equal(413);
    await expectNothingHeard();
  });

  it('erases a deleted user for good: registering again under the id restores nothing', async () => {
    await sendWebhook(registration());
    expect((await readOwnProfile()).displayName).to.equal('Newcomer');
    expect((await sendWebhook(deletion())).status).to.equal(204);
    expect((await me('/api/users/me')).status).to.equal(410);
    for (const event of [registration(0), emailChange('again@x.example', 0), deletion()])
      expect((await sendWebhook(event)).status).to.equal(204);
    expect((await me('/api/users/me')).status).to.equal(410);
  });

  it('erases a deleted user who never had a profile', async () => {
    expect((await sendWebhook(deletion())).status).to.equal(204);
    expect((await sendWebhook(registration(0))).status).to.equal(204);
    expect((await me('/api/users/me')).status).to.equal(410);
  });
});
