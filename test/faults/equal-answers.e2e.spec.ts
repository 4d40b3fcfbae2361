import { expect } from 'chai';
import { devUserId, issueToken } from '@lego-moc/embedded-identity/issue-token';
import { eventually } from '@lego-moc/local/gateway-client';
import { PLATFORM_WITHIN_MS, sharedPlatform, type TestPlatform } from '../e2e/platform.ts';

const KNOWN = 'equal-known';
const UNKNOWN = 'equal-never-seen';
const ROUTES = ['/api/users/me', '/api/wishlist', '/api/mocs', '/ops/wishlist/projections'];

/** Headers that differ from one answer to the next, whoever asks. */
const PASSING = new Set(['date', 'x-correlation-id', 'traceparent', 'ratelimit', 'ratelimit-policy']);

describe('being turned away with a token that is no good', function () {
  this.timeout(PLATFORM_WITHIN_MS);
  let platform: TestPlatform;

  before(async () => {
    platform = await sharedPlatform();
    const headers = { authorization: `Bearer ${await platform.token(KNOWN)}` };
    await eventually(
      'The profile',
      () => fetch(`${platform.url}/api/users/me`, { headers }),
      ({ ok }) => ok,
    );
  });

  /** All that there is to see, without what names the one request. */
  const ask = async (path: string, init: RequestInit): Promise<string> => {
    const reply = await fetch(platform.url + path, init);
    const headers = [...reply.headers].filter(([name]) => !PASSING.has(name));
    const body = (await reply.text()).replace(/"correlationId":"[^"]+"/, '');
    return JSON.stringify([reply.status, headers, body]);
  };
  const answersTo = (token: string): Promise<readonly string[]> =>
    Promise.all(ROUTES.map((path) => ask(path, { headers: { authorization: `Bearer ${token}` } })));

  const forged = async (name: string): Promise<string> => {
    const [header, payload, signature = ''] = (await platform.token(name)).split('.');
    return `${header ?? ''}.${payload ?? ''}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`;
  };
  const expired = (name: string): Promise<string> => issueToken(platform.dataDir, { name, ttlS: -3_600 });
  const forgedAndExpired = async (name: string): Promise<string> => {
    const [header, payload] = (await expired(name)).split('.');
    const [, , signature] = (await forged(name)).split('.');
    return `${header ?? ''}.${payload ?? ''}.${signature ?? ''}`;
  };

  for (const [what, bad] of [
    ['was signed by somebody else', forged],
    ['has expired', expired],
  ] as const)
    it(`is the same for builders we know and for those we do not, when it ${what}`, async () => {
      const known = await answersTo(await bad(KNOWN));
      expect(known).to.deep.equal(await answersTo(await bad(UNKNOWN)));
      for (const answer of known)
        expect(answer)
          .to.match(/^\[401,/)
          .and.not.to.include(devUserId(KNOWN));
    });

  it('does not tell a forger whether the real one would have expired', async () => {
    expect(await answersTo(await forgedAndExpired(KNOWN))).to.deep.equal(await answersTo(await forged(KNOWN)));
  });

  it('is the same for news of the Auth Service that it did not sign', async () => {
    const news = (name: string): Promise<string> =>
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
    const known = await news(KNOWN);
    expect(known).to.equal(await news(UNKNOWN));
    expect(known).to.match(/^\[401,/);
  });
});
