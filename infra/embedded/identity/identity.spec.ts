import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { createLocalJWKSet, jwtVerify } from 'jose';
import supertest from 'supertest';
import { silentLogger } from '@lego-moc/logger/logger';
import { LOCAL_ISSUER_URL } from '@lego-moc/http/default-ports';
import { DEV_AUDIENCE, devUserId, issueToken } from './issue-token.ts';
import { ALGORITHMS, ensureKeys, publicPart } from './keys.ts';
import { identityApi } from './server.ts';

describe('issuing development tokens', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'identity-'));
  });
  afterEach(() => rm(dir, { recursive: true }));

  const issuer = async () => identityApi(await ensureKeys(dir), silentLogger, (request) => issueToken(dir, request));

  for (const algorithm of ALGORITHMS)
    it(`signs with ${algorithm} so that the published keys verify it`, async () => {
      const token = await issueToken(dir, { name: 'ada', roles: ['operator'], algorithm });
      const keys = createLocalJWKSet(publicPart(await ensureKeys(dir)));

      const { payload } = await jwtVerify(token, keys, { issuer: LOCAL_ISSUER_URL, audience: DEV_AUDIENCE });

      expect(payload.sub).to.equal(devUserId('ada'));
      expect(payload['roles']).to.deep.equal(['builder', 'operator']);
    });

  it('gives the same name another id in another realm', () => {
    const realm = process.env['DEV_USERS_REALM'];
    try {
      process.env['DEV_USERS_REALM'] = 'one';
      const inOne = devUserId('ada');
      process.env['DEV_USERS_REALM'] = 'two';
      expect(devUserId('ada')).not.to.equal(inOne);
    } finally {
      if (realm === undefined) Reflect.deleteProperty(process.env, 'DEV_USERS_REALM');
      else process.env['DEV_USERS_REALM'] = realm;
    }
  });

  it('agrees on one set of keys when several processes start first', async () => {
    const sets = await Promise.all([ensureKeys(dir), ensureKeys(dir), ensureKeys(dir)]);

    expect(new Set(sets.map((set) => JSON.stringify(set))).size).to.equal(1);
  });

  it('publishes no private part', async () => {
    const reply = await supertest(await issuer()).get('/.well-known/jwks.json');

    const { keys } = reply.body as { keys: Record<string, unknown>[] };
    expect(keys).to.have.length(ALGORITHMS.length);
    for (const key of keys) expect(key).not.to.have.any.keys('d', 'p', 'q', 'dp', 'dq', 'qi');
  });

  describe('over HTTP', () => {
    const olga = { name: 'olga', roles: ['operator'] };

    it('gives a token with the roles that are asked for', async () => {
      const reply = await supertest(await issuer())
        .post('/tokens')
        .send(olga);

      expect(reply.status).to.equal(200);
      const { token } = reply.body as { token: string };
      const { payload } = await jwtVerify(token, createLocalJWKSet(publicPart(await ensureKeys(dir))));
      expect(payload['roles']).to.deep.equal(['builder', 'operator']);
    });

    it('refuses a page that points its own name at this machine', async () => {
      const reply = await supertest(await issuer())
        .post('/tokens')
        .set('host', 'evil.example')
        .send(olga);

      expect(reply.status).to.equal(403);
    });

    it('refuses what a form of another site can send', async () => {
      const reply = await supertest(await issuer())
        .post('/tokens')
        .type('text/plain')
        .send(JSON.stringify(olga));

      expect(reply.status).to.equal(415);
    });
  });
});
