import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { pollUntil } from '@lego-moc/application/poll-until';
import { devUserId, issueToken } from '@lego-moc/embedded-identity/issue-token';
import { stillImages } from '@lego-moc/testing/sample-images';
import { requestsAs, imageRequest } from '../e2e/requests.ts';
import { PLATFORM_WITHIN_MS, sharedPlatform, type TestPlatform } from '../e2e/platform.ts';

const KNOWN_NAME = 'equal-known';
const UNKNOWN = 'equal-never-seen';
const ROUTES = ['/api/users/me', '/api/wishlist', '/api/mocs', '/ops/wishlist/projections'];

/** Headers that differ between answers, whoever asks. */
const PASSING = new Set(['date', 'x-correlation-id', 'traceparent', 'ratelimit', 'ratelimit-policy']);

/** An answer without the parts that identify one request. */
const allThatIsSeen = async ({ url }: TestPlatform, path: string, init: RequestInit): Promise<string> => {
  const reply = await fetch(url + path, init);
  const headers = [...reply.headers].filter(([name]) => !PASSING.has(name));
  const body = (await reply.text()).replace(/"correlationId":"[^"]+"/, '');
  return JSON.stringify([reply.status, headers, body]);
};

describe('rejecting an invalid token', function () {
  this.timeout(PLATFORM_WITHIN_MS);
  let platform: TestPlatform;

  before(async () => {
    platform = await sharedPlatform();
    const headers = { authorization: `Bearer ${await platform.token(KNOWN_NAME)}` };
    await pollUntil(
      'The profile',
      () => fetch(`${platform.url}/api/users/me`, { headers }),
      ({ ok }) => ok,
    );
  });

  const ask = (path: string, init: RequestInit): Promise<string> => allThatIsSeen(platform, path, init);
  const answersTo = (token: string): Promise<readonly string[]> =>
    Promise.all(ROUTES.map((path) => ask(path, { headers: { authorization: `Bearer ${token}` } })));

  const forgeToken = async (name: string): Promise<string> => {
    const [header, payload, signature = ''] = (await platform.token(name)).split('.');
    return `${header ?? ''}.${payload ?? ''}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`;
  };
  const expiredToken = (name: string): Promise<string> => issueToken(platform.dataDir, { name, ttlS: -3_600 });
  const forgedAndExpired = async (name: string): Promise<string> => {
    const [header, payload] = (await expiredToken(name)).split('.');
    const [, , signature] = (await forgeToken(name)).split('.');
    return `${header ?? ''}.${payload ?? ''}.${signature ?? ''}`;
  };

  for (const [label, bad] of [
    ['was signed by somebody else', forgeToken],
    ['has expired', expiredToken],
  ] as const)
    it(`gives the same answer for known and unknown builders when it ${label}`, async () => {
      const answers = await answersTo(await bad(KNOWN_NAME));
      expect(answers).to.deep.equal(await answersTo(await bad(UNKNOWN)));
      for (const answer of answers)
        expect(answer)
          .to.match(/^\[401,/)
          .and.not.to.include(devUserId(KNOWN_NAME));
    });

  it('does not reveal to a forger whether the real token has expired', async () => {
    expect(await answersTo(await forgedAndExpired(KNOWN_NAME))).to.deep.equal(
      await answersTo(await forgeToken(KNOWN_NAME)),
    );
  });

  it('gives the same answer for every webhook that the Auth Service did not sign', async () => {
    const sendWebhook = (name: string): Promise<string> =>
      ask('/api/identity-events', {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'webhook-id': 'msg-1',
          'webhook-timestamp': String(Math.floor(Date.now() / 1_000)),
          'webhook-signature': 'v1,AAAA',
        },
        body: JSON.stringify({
          type: 'user.deleted',
          timestamp: new Date().toISOString(),
          data: { userId: devUserId(name) },
        }),
      });
    const answer = await sendWebhook(KNOWN_NAME);
    expect(answer).to.equal(await sendWebhook(UNKNOWN));
    expect(answer).to.match(/^\[401,/);
  });
});

describe('requesting the profile of an erased builder', function () {
  this.timeout(PLATFORM_WITHIN_MS);
  let platform: TestPlatform;
  const erasedName = `equal-erased-${randomUUID()}`;

  before(async () => {
    platform = await sharedPlatform();
    const me = requestsAs(platform, erasedName);
    const profile = await pollUntil(
      'The profile',
      () => me('/api/users/me'),
      ({ ok }) => ok,
    );
    expect(await profile.text()).to.include(devUserId(erasedName));
    expect((await me('/api/users/me/avatar', imageRequest(stillImages.PNG))).status).to.equal(200);
    expect((await me('/api/users/me', { method: 'DELETE' })).status).to.equal(204);
  });

  const answerTo = async (name: string, path: string, by: string, roles: readonly string[]): Promise<string> => {
    const id = devUserId(name);
    const headers = { authorization: `Bearer ${await platform.token(by, roles)}` };
    return (await allThatIsSeen(platform, path.replace('ID', id), { headers })).replaceAll(id, 'ID');
  };

  for (const [label, by, roles] of [
    ['other builders', 'equal-visitor', []],
    ['operators', 'equal-operator', ['operator']],
  ] as const)
    it(`answers ${label} as if the profile had never existed`, async () => {
      for (const path of ['ID', 'ID/public', 'public?ids=ID', 'ID/avatar', 'ID/avatar?size=64', 'ID/export'])
        expect(await answerTo(erasedName, `/api/users/${path}`, by, roles), path).to.equal(
          await answerTo(`equal-never-${randomUUID()}`, `/api/users/${path}`, by, roles),
        );
    });
});
