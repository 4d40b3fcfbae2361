import { createHmac, createPublicKey, type KeyObject } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import { exportJWK, generateKeyPair, SignJWT, type JWTPayload } from 'jose';
import { LOCAL_ISSUER_URL } from '@lego-moc/http/default-ports';
import {
  ADA,
  fakeUpstream,
  startGateway,
  type FakeUpstream,
  type GatewayForTests,
} from '../testing/gateway-for-tests.ts';

const base64 = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const now = (): number => Math.floor(Date.now() / 1_000);
const claims = (more: JWTPayload = {}): JWTPayload => ({
  iss: LOCAL_ISSUER_URL,
  aud: 'lego-moc',
  sub: ADA,
  roles: ['operator'],
  exp: now() + 600,
  ...more,
});

describe('tokenVerifier in the gateway', () => {
  let upstream: FakeUpstream;
  let gateway: GatewayForTests;
  before(async () => {
    upstream = await fakeUpstream();
    gateway = await startGateway({ upstream: upstream.url });
  });
  after(async () => {
    await gateway.stop();
    await upstream.stop();
  });
  beforeEach(() => upstream.requests.splice(0));

  const ask = async (headers: Record<string, string>, path = '/api/mocs', method = 'GET') => {
    const reply = await fetch(gateway.url + path, { headers, method });
    const body = (await reply.json()) as { type?: string };
    return {
      status: reply.status,
      code: body.type?.split(':').at(-1),
      challenge: reply.headers.get('www-authenticate'),
    };
  };
  const withToken = (token: string) => ask({ authorization: `Bearer ${token}` });

  for (const alg of ['EdDSA', 'ES256', 'RS256'])
    it(`accepts a token signed with ${alg}`, async () => {
      expect((await withToken(await gateway.issuer.token({}, { alg }))).status).to.equal(200);
    });

  it('accepts the cookie "token" as well', async () => {
    const cookie = `theme=dark; token=${await gateway.issuer.token()}; a=b`;

    expect((await ask({ cookie })).status).to.equal(200);
    expect(upstream.requests[0]!.headers).not.to.have.property('cookie');
  });

  it('refuses changes by other sites with that cookie', async () => {
    const cookie = `token=${await gateway.issuer.token()}`;
    const elsewhere = await ask({ cookie, origin: 'https://evil.example' }, '/api/mocs', 'DELETE');
    const here = await ask({ cookie, origin: gateway.url }, '/api/mocs', 'DELETE');

    expect(elsewhere).to.include({ status: 403, code: 'cross-site-refused' });
    expect(here.status).to.equal(200);
  });

  it('answers 401 without a token', async () => {
    for (const headers of [{}, { authorization: 'Basic YTpi' }, { cookie: 'tokens=abc' }])
      expect(await ask(headers)).to.deep.equal({ status: 401, code: 'not-authenticated', challenge: 'Bearer' });
  });

  it('refuses forged and malformed tokens with 401', async () => {
    const whole = await gateway.issuer.token();
    const [header = '', payload = '', signature = ''] = whole.split('.');
    const rsa = gateway.issuer.publicKeys.find(({ kid }) => kid === 'RS256')!;
    const publicKey: KeyObject = createPublicKey({ key: rsa, format: 'jwk' });
    const hs256 = `${base64({ alg: 'HS256', kid: 'RS256' })}.${base64(claims())}`;
    const hs256With = (secret: string | Buffer): string =>
      `${hs256}.${createHmac('sha256', secret).update(hs256).digest('base64url')}`;
    const forgeries: Record<string, string> = {
      'none in capitals': `${base64({ alg: 'NONE', kid: 'EdDSA' })}.${base64(claims())}.`,
      'HS256 with a public key (PEM)': hs256With(publicKey.export({ type: 'spki', format: 'pem' })),
      'HS256 with a public key (DER)': hs256With(publicKey.export({ type: 'spki', format: 'der' })),
      'HS256 with a public key (JWK)': hs256With(JSON.stringify(rsa)),
      'HS256 with nothing': hs256With(''),
      none: `${base64({ alg: 'none' })}.${base64(claims())}.`,
      'a kid that climbs': await gateway.issuer.token({}, { kid: '../../../../dev/null' }),
      'a kid that injects': await gateway.issuer.token({}, { kid: "x' UNION SELECT 'key' --" }),
      'a kid of another algorithm': await gateway.issuer.token({}, { kid: 'RS256' }),
      'another payload': `${header}.${base64(claims())}.${signature}`,
      'half a signature': `${header}.${payload}.${signature.slice(0, 40)}`,
      'no signature': `${header}.${payload}.`,
      'two parts': `${header}.${payload}`,
      'no token': '',
      'a huge token': 'a'.repeat(9_000),
    };

    for (const [name, token] of Object.entries(forgeries)) {
      const reply = await withToken(token);
      expect(reply.status, name).to.equal(401);
    }
    expect(upstream.requests).to.have.length(0);
  });

  it('ignores keys in a token’s header, and fetches none from the URLs it names', async () => {
    const evil = await fakeUpstream((_request, response) => response.end('{"keys":[]}'));
    const { privateKey, publicKey } = await generateKeyPair('EdDSA');
    const jwk = { ...(await exportJWK(publicKey)), kid: 'EdDSA', alg: 'EdDSA' };
    try {
      for (const keyHeaders of [
        { jwk },
        { jku: evil.url },
        { x5u: evil.url },
        { jwk, jku: evil.url, kid: 'unknown' },
      ]) {
        const forgedToken = new SignJWT(claims()).setProtectedHeader({ alg: 'EdDSA', kid: 'EdDSA', ...keyHeaders });
        expect((await withToken(await forgedToken.sign(privateKey))).status).to.equal(401);
      }
      expect(evil.requests).to.have.length(0);
    } finally {
      await evil.stop();
    }
  });

  it('refuses a remembered token once it has expired', async () => {
    const token = await gateway.issuer.token({ exp: now() - 28 });
    expect((await withToken(token)).status).to.equal(200);
    let reply = await withToken(token);
    while (reply.status === 200) {
      await pause(20);
      reply = await withToken(token);
    }

    expect(reply).to.include({ status: 401, code: 'token-expired' });
  });

  for (const [name, wrong, code] of [
    ['has expired', { exp: now() - 31 }, 'token-expired'],
    ['is not valid yet', { nbf: now() + 86_400 }, 'token-invalid'],
    ['is for another platform', { aud: 'duplo' }, 'token-invalid'],
    ['comes from another issuer', { iss: 'https://evil.example' }, 'token-invalid'],
    ['has an empty subject', { sub: '' }, 'token-invalid'],
    ['has a subject with a slash', { sub: 'tenant/42' }, 'token-invalid'],
    ['has a subject of 65 characters', { sub: 'a'.repeat(65) }, 'token-invalid'],
    ['has a subject with a line break', { sub: 'ada\r\nx-user-roles: operator' }, 'token-invalid'],
    ['has a role with a comma', { roles: ['builder,operator'] }, 'token-invalid'],
  ] as const)
    it(`refuses a token that ${name}`, async () => {
      const reply = await withToken(await gateway.issuer.token({ ...wrong }));

      expect(reply).to.deep.equal({ status: 401, code, challenge: 'Bearer error="invalid_token"' });
    });

  it('tolerates clocks that differ a little', async () => {
    expect((await withToken(await gateway.issuer.token({ exp: now() - 5 }))).status).to.equal(200);
    expect((await withToken(await gateway.issuer.token({ nbf: now() + 5 }))).status).to.equal(200);
  });

  it('lets only operators reach operators’ routes', async () => {
    const builder = await ask(await gateway.bearer(), '/ops/moc-management/projections');
    const operator = await ask(await gateway.bearer({ roles: ['operator'] }), '/ops/moc-management/projections');

    expect(builder).to.include({ status: 403, code: 'role-missing' });
    expect(operator.status).to.equal(200);
    expect(upstream.requests.map(({ url }) => url)).to.deep.equal(['/ops/projections']);
  });

  it('needs no token on routes whose URLs carry a signature', async () => {
    expect((await ask({}, '/api/files/abc?expires=1&signature=x')).status).to.equal(200);
    expect(upstream.requests[0]!.headers).not.to.have.property('x-user-context');
  });

  it('refuses a token whose signature has altered unused bits', async () => {
    const token = await gateway.issuer.token();
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const alteredToken = token.slice(0, -1) + alphabet[alphabet.indexOf(token.at(-1)!) + 1]!;
    const ask = async (bearer: string): Promise<number> =>
      (await fetch(`${gateway.url}/api/mocs`, { headers: { authorization: `Bearer ${bearer}` } })).status;

    expect([await ask(token), await ask(alteredToken)]).to.deep.equal([200, 401]);
  });
});
