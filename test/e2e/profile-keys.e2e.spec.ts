import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { pollUntil } from '@lego-moc/application/poll-until';
import { devUserId } from '@lego-moc/embedded-identity/issue-token';
import { ownProfile } from '@lego-moc/profile/contracts/http-api';
import { requestsAs } from './requests.ts';
import { webhooksTo } from './auth-service.ts';
import { PLATFORM_WITHIN_MS, startPlatform, type TestPlatform } from './platform.ts';
import { folderContent } from './persistent-state.ts';

const NAME = 'keyholder';

describe('rotating the keys of profiles', function () {
  this.timeout(2 * PLATFORM_WITHIN_MS);
  let platform: TestPlatform;
  const secrets = { masterKey: '', webhookSecret: '' };
  const newSecrets = {
    masterKey: randomBytes(32).toString('base64'),
    webhookSecret: randomBytes(32).toString('base64'),
  };

  const emailTold = (email: string) => ({
    type: 'user.email-changed',
    timestamp: new Date().toISOString(),
    data: { userId: devUserId(NAME), email },
  });
  const emailShown = async (): Promise<string | null> =>
    ownProfile.parse(await (await requestsAs(platform, NAME)('/api/users/me')).json()).email;

  before(async () => {
    const first = await startPlatform();
    const keys = (name: string): string => readFileSync(join(first.dataDir, 'keys', name), 'utf8').trim();
    expect((await webhooksTo(first)(emailTold('first@x.example'))).status).to.equal(204);
    secrets.masterKey = keys('profile.master-key');
    secrets.webhookSecret = keys('profile.identity-webhook-secret');
    await first.stop();
    platform = await startPlatform(
      {
        PROFILE_MASTER_KEYS: `${newSecrets.masterKey},${secrets.masterKey}`,
        IDENTITY_WEBHOOK_SECRETS: `${newSecrets.webhookSecret},${secrets.webhookSecret}`,
      },
      first.dataDir,
    );
  });
  after(() => (platform as TestPlatform | undefined)?.stop());

  it('re-encrypts everything under the new master key, so that the old one can go', async () => {
    expect(await emailShown()).to.equal('first@x.example');
    await pollUntil(
      'Wrapping anew',
      () => Promise.resolve(folderContent(platform, 'logs')),
      (logs) => logs.includes('Keys of users are wrapped by the newest master key'),
      10_000,
    );
    expect(await emailShown()).to.equal('first@x.example');
  });

  it('accepts webhooks signed with the old or the new secret, and with no other', async () => {
    for (const [secret, email] of [
      [secrets.webhookSecret, 'second@x.example'],
      [newSecrets.webhookSecret, 'third@x.example'],
    ] as const) {
      expect((await webhooksTo(platform)(emailTold(email), { secret })).status).to.equal(204);
      expect(await emailShown()).to.equal(email);
    }
    const stranger = randomBytes(32).toString('base64');
    expect((await webhooksTo(platform)(emailTold('thief@x.example'), { secret: stranger })).status).to.equal(401);
  });
});
