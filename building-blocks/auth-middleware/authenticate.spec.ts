import { expect } from 'chai';
import { Router } from 'express';
import { SignJWT } from 'jose';
import { useFakeTimers } from 'sinon';
import supertest from 'supertest';
import { createApi } from '@lego-moc/http/api';
import { callerOf, type User } from '@lego-moc/http/caller';
import { ok, respond } from '@lego-moc/http/respond';
import type { UserId } from '@lego-moc/kernel/message';
import { silentLogger } from '@lego-moc/logger/logger';
import { createMetrics } from '@lego-moc/metrics/metrics';
import { authenticate, requireRole, requireService, requireUser } from './authenticate.ts';
import { newKeyPair, signingKey, type SigningKey } from './keys.ts';
import { fixedKeys, type PublicKeys } from './public-keys.ts';
import { ContextRefused, signServiceContext, signUserContext, verifyUserContext } from './user-context.ts';

const ada: User = { id: 'ada' as UserId, email: 'ada@example.test', roles: ['builder'] };
const operator: User = { id: 'olga' as UserId, roles: ['builder', 'operator'] };

type Party = { readonly key: SigningKey; readonly keys: PublicKeys };
const party = async (...kids: string[]): Promise<Party> => {
  const pairs = await Promise.all(kids.map(newKeyPair));
  return {
    key: signingKey(pairs[0]!.privateJwk),
    keys: fixedKeys({ keys: pairs.map(({ publicJwk }) => publicJwk) }),
  };
};

const BOUND = { htm: 'GET', htu: '/user' };

describe('authenticate', () => {
  let gateway: Party;
  let services: Party;
  before(async () => {
    gateway = await party('gateway.1');
    services = await party('moc-management', 'search');
  });

  const replyWithCaller = respond((request) => ok(callerOf(request)));
  const service = () =>
    supertest(
      createApi({
        service: 'file-storage',
        logger: silentLogger,
        metrics: createMetrics('file-storage', { processMetrics: false }),
        routes: [
          authenticate({ audience: 'file-storage', gatewayKeys: gateway.keys, serviceKeys: services.keys }),
          Router()
            .get('/anyone', replyWithCaller)
            .get('/user', requireUser, replyWithCaller)
            .get('/operator', requireRole('operator'), replyWithCaller)
            .get('/service', requireService, replyWithCaller),
        ],
      }),
    );
  const codeOf = (reply: { body: unknown }): string | undefined =>
    (reply.body as { type: string }).type.split(':').at(-1);
  const userContext = (path: string, user = ada, audience = 'file-storage', ttlS = 30) =>
    signUserContext(gateway.key, { user, audience, request: { method: 'GET', path }, ttlS });

  it('identifies the user of a signed context', async () => {
    const reply = await service().get('/user').set('x-user-context', userContext('/user'));

    expect(reply.body).to.deep.equal({ user: ada });
  });

  it('identifies nobody without a signature and refuses bare X-User headers', async () => {
    expect((await service().get('/user')).status).to.equal(401);
    const reply = await service().get('/anyone').set({ 'x-user-id': 'ada', 'x-user-roles': 'operator' });
    expect(reply.status).to.equal(401);
    expect(codeOf(reply)).to.equal('context-contradicted');
  });

  for (const [name, value] of [
    ['x-user-id', 'bob'],
    ['x-user-roles', 'builder,operator'],
    ['x-user-email', 'bob@example.test'],
  ] as const)
    it(`refuses ${name} ${value} beside a signature that says otherwise`, async () => {
      const reply = await service()
        .get('/anyone')
        .set({ 'x-user-context': userContext('/anyone'), [name]: value });

      expect(reply.status).to.equal(401);
    });

  it('accepts X-User headers that the signature confirms', async () => {
    const headers = { 'x-user-id': 'ada', 'x-user-email': 'ada@example.test', 'x-user-roles': 'builder' };
    const reply = await service()
      .get('/user')
      .set({ 'x-user-context': userContext('/user'), ...headers });

    expect(reply.status).to.equal(200);
  });

  it('refuses a context addressed to another service', async () => {
    const reply = await service()
      .get('/user')
      .set('x-user-context', userContext('/user', ada, 'search'));

    expect(reply.status).to.equal(401);
    expect(codeOf(reply)).to.equal('context-refused');
  });

  it('refuses a context that has expired', async () => {
    const reply = await service()
      .get('/user')
      .set('x-user-context', userContext('/user', ada, 'file-storage', -10));

    expect(reply.status).to.equal(401);
  });

  it('checks the signature of a context once, and its expiry every time', async () => {
    let lookups = 0;
    const countingKeys: PublicKeys = (header, token) => {
      lookups += 1;
      return gateway.keys(header, token);
    };
    const clock = useFakeTimers({ now: Date.now(), toFake: ['Date'] });
    try {
      const userFrom = verifyUserContext(countingKeys, 'file-storage');
      const request = { method: 'GET', path: '/user' };
      const context = userContext('/user');
      expect([await userFrom(context, request), await userFrom(context, request)]).to.deep.equal([ada, ada]);
      expect(lookups).to.equal(1);

      clock.tick(40_000);
      expect(await userFrom(context, request).catch((error: unknown) => error)).to.be.instanceOf(ContextRefused);
    } finally {
      clock.restore();
    }
  });

  it('refuses a context signed by another key of the same name', async () => {
    const forger = await party('gateway.1');
    const forgery = signUserContext(forger.key, {
      user: ada,
      audience: 'file-storage',
      request: { method: 'GET', path: '/user' },
    });

    expect((await service().get('/user').set('x-user-context', forgery)).status).to.equal(401);
  });

  it('refuses a token of the right key made for another purpose', async () => {
    const token = await new SignJWT({ roles: ['operator'], iss: 'gateway', aud: 'file-storage', sub: 'ada', ...BOUND })
      .setProtectedHeader({ alg: 'EdDSA', kid: 'gateway.1', typ: 'JWT' })
      .setIssuedAt()
      .setExpirationTime('60s')
      .sign(gateway.key.privateKey);

    expect((await service().get('/user').set('x-user-context', token)).status).to.equal(401);
  });

  it('refuses a user context whose issuer is not the gateway', async () => {
    const context = await new SignJWT({ roles: ['builder'], iss: 'search', aud: 'file-storage', sub: 'ada', ...BOUND })
      .setProtectedHeader({ alg: 'EdDSA', kid: 'gateway.1', typ: 'user-context+jwt' })
      .setIssuedAt()
      .setExpirationTime('60s')
      .sign(gateway.key.privateKey);
    const reply = await service().get('/user').set('x-user-context', context);

    expect([reply.status, codeOf(reply)]).to.deep.equal([401, 'context-refused']);
  });

  it('answers 403 without the required role', async () => {
    const builder = await service().get('/operator').set('x-user-context', userContext('/operator'));
    const operatorReply = await service().get('/operator').set('x-user-context', userContext('/operator', operator));

    expect([builder.status, operatorReply.status]).to.deep.equal([403, 200]);
  });

  it('identifies a service by its own key, and the user it acts for', async () => {
    const context = signServiceContext(services.key, {
      service: 'moc-management',
      audience: 'file-storage',
      request: { method: 'GET', path: '/service' },
      user: ada,
    });
    const reply = await service().get('/service').set('x-service-context', context);

    expect(reply.body).to.deep.equal({ service: 'moc-management', user: ada });
  });

  it('takes the event that a service reacts to from its signed context', async () => {
    const causedBy = '019ac7f0-0000-7000-8000-000000000001';
    const context = signServiceContext(services.key, {
      service: 'moc-management',
      audience: 'file-storage',
      request: { method: 'GET', path: '/service' },
      causedBy,
    });
    const reply = await service().get('/service').set('x-service-context', context);

    expect(reply.body).to.deep.equal({ service: 'moc-management', causedBy });
  });

  it('refuses a service context that names an event by something else than an id', async () => {
    const context = signServiceContext(services.key, {
      service: 'moc-management',
      audience: 'file-storage',
      request: { method: 'GET', path: '/service' },
      causedBy: 'the last one',
    });
    const reply = await service().get('/service').set('x-service-context', context);

    expect([reply.status, codeOf(reply)]).to.deep.equal([401, 'context-refused']);
  });

  it('ignores an event that a user context names', async () => {
    const causedBy = '019ac7f0-0000-7000-8000-000000000001';
    const context = await new SignJWT({
      ...{ roles: ['builder'], iss: 'gateway', aud: 'file-storage', sub: 'ada', causedBy },
      ...BOUND,
    })
      .setProtectedHeader({ alg: 'EdDSA', kid: 'gateway.1', typ: 'user-context+jwt' })
      .setIssuedAt()
      .setExpirationTime('60s')
      .sign(gateway.key.privateKey);
    const reply = await service().get('/user').set('x-user-context', context);

    expect([reply.status, reply.body]).to.deep.equal([200, { user: { id: 'ada', roles: ['builder'] } }]);
  });

  it("refuses a service context signed with another service's key", async () => {
    const context = signServiceContext(services.key, {
      service: 'search',
      audience: 'file-storage',
      request: { method: 'GET', path: '/service' },
    });

    expect((await service().get('/service').set('x-service-context', context)).status).to.equal(401);
  });

  it('refuses a user where a service is required', async () => {
    const reply = await service().get('/service').set('x-user-context', userContext('/service'));

    expect(codeOf(reply)).to.equal('not-a-service');
  });

  for (const [name, path, method] of [
    ['another path', '/anyone', 'GET'],
    ['another method', '/user', 'POST'],
  ] as const)
    it(`refuses a user context bound to ${name}`, async () => {
      const context = signUserContext(gateway.key, {
        user: ada,
        audience: 'file-storage',
        request: { method, path },
      });
      const reply = await service().get('/user?page=2').set('x-user-context', context);

      expect([reply.status, codeOf(reply)]).to.deep.equal([401, 'context-refused']);
    });

  it('refuses a service context bound to another path', async () => {
    const context = signServiceContext(services.key, {
      service: 'search',
      audience: 'file-storage',
      request: { method: 'GET', path: '/anyone' },
    });

    expect((await service().get('/service').set('x-service-context', context)).status).to.equal(401);
  });

  it('accepts a context for its path whatever the query', async () => {
    const reply = await service().get('/user?page=2').set('x-user-context', userContext('/user'));

    expect(reply.status).to.equal(200);
  });

  it('refuses a signature whose unused bits were altered', async () => {
    const context = userContext('/user');
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const alteredContext = context.slice(0, -1) + alphabet[alphabet.indexOf(context.at(-1)!) + 1]!;
    expect(Buffer.from(alteredContext.split('.')[2]!, 'base64url')).to.deep.equal(
      Buffer.from(context.split('.')[2]!, 'base64url'),
    );

    expect((await service().get('/user').set('x-user-context', alteredContext)).status).to.equal(401);
  });
});
