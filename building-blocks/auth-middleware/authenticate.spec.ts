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
    key: await signingKey(pairs[0]!.privateJwk),
    keys: fixedKeys({ keys: pairs.map(({ publicJwk }) => publicJwk) }),
  };
};

describe('believing who calls a service', () => {
  let gateway: Party;
  let services: Party;
  before(async () => {
    gateway = await party('gateway.1');
    services = await party('moc-management', 'search');
  });

  const tell = respond((request) => ok(callerOf(request)));
  const service = () =>
    supertest(
      createApi({
        service: 'file-storage',
        logger: silentLogger,
        metrics: createMetrics('file-storage', { processMetrics: false }),
        routes: [
          authenticate({ audience: 'file-storage', gatewayKeys: gateway.keys, serviceKeys: services.keys }),
          Router()
            .get('/anyone', tell)
            .get('/user', requireUser, tell)
            .get('/operator', requireRole('operator'), tell)
            .get('/service', requireService, tell),
        ],
      }),
    );
  const codeOf = (reply: { body: unknown }): string | undefined =>
    (reply.body as { type: string }).type.split(':').at(-1);
  const userContext = (user = ada, audience = 'file-storage', ttlS = 60) =>
    signUserContext(gateway.key, { user, audience, ttlS });

  it('knows the user that the gateway signed for', async () => {
    const reply = await service()
      .get('/user')
      .set('x-user-context', await userContext());

    expect(reply.body).to.deep.equal({ user: ada });
  });

  it('knows nobody without a signature, whatever the plain headers say', async () => {
    expect((await service().get('/user')).status).to.equal(401);
    const spoofed = await service().get('/anyone').set({ 'x-user-id': 'ada', 'x-user-roles': 'operator' });
    expect(spoofed.status).to.equal(401);
    expect(codeOf(spoofed)).to.equal('context-contradicted');
  });

  for (const [name, value] of [
    ['x-user-id', 'bob'],
    ['x-user-roles', 'builder,operator'],
    ['x-user-email', 'bob@example.test'],
  ] as const)
    it(`refuses ${name} ${value} beside a signature that says otherwise`, async () => {
      const reply = await service()
        .get('/anyone')
        .set({ 'x-user-context': await userContext(), [name]: value });

      expect(reply.status).to.equal(401);
    });

  it('takes plain headers that the signature confirms', async () => {
    const headers = { 'x-user-id': 'ada', 'x-user-email': 'ada@example.test', 'x-user-roles': 'builder' };
    const reply = await service()
      .get('/user')
      .set({ 'x-user-context': await userContext(), ...headers });

    expect(reply.status).to.equal(200);
  });

  it('refuses a context addressed to another service', async () => {
    const reply = await service()
      .get('/user')
      .set('x-user-context', await userContext(ada, 'search'));

    expect(reply.status).to.equal(401);
    expect(codeOf(reply)).to.equal('context-refused');
  });

  it('refuses a context that has expired', async () => {
    const reply = await service()
      .get('/user')
      .set('x-user-context', await userContext(ada, 'file-storage', -10));

    expect(reply.status).to.equal(401);
  });

  it('checks the signature of a context once, and its expiry every time', async () => {
    let looked = 0;
    const counted: PublicKeys = (header, token) => {
      looked += 1;
      return gateway.keys(header, token);
    };
    const clock = useFakeTimers({ now: Date.now(), toFake: ['Date'] });
    try {
      const userFrom = verifyUserContext(counted, 'file-storage');
      const context = await userContext();
      expect([await userFrom(context), await userFrom(context)]).to.deep.equal([ada, ada]);
      expect(looked).to.equal(1);

      clock.tick(70_000);
      expect(await userFrom(context).catch((error: unknown) => error)).to.be.instanceOf(ContextRefused);
    } finally {
      clock.restore();
    }
  });

  it('refuses a context signed by another key of the same name', async () => {
    const forger = await party('gateway.1');
    const forged = await signUserContext(forger.key, { user: ada, audience: 'file-storage' });

    expect((await service().get('/user').set('x-user-context', forged)).status).to.equal(401);
  });

  it('refuses a token of the right key made for another purpose', async () => {
    const token = await new SignJWT({ roles: ['operator'], iss: 'gateway', aud: 'file-storage', sub: 'ada' })
      .setProtectedHeader({ alg: 'EdDSA', kid: 'gateway.1', typ: 'JWT' })
      .setIssuedAt()
      .setExpirationTime('60s')
      .sign(gateway.key.privateKey);

    expect((await service().get('/user').set('x-user-context', token)).status).to.equal(401);
  });

  it('refuses a context that a key of the gateway signed in the name of another', async () => {
    const context = await new SignJWT({ roles: ['builder'], iss: 'search', aud: 'file-storage', sub: 'ada' })
      .setProtectedHeader({ alg: 'EdDSA', kid: 'gateway.1', typ: 'user-context+jwt' })
      .setIssuedAt()
      .setExpirationTime('60s')
      .sign(gateway.key.privateKey);
    const reply = await service().get('/user').set('x-user-context', context);

    expect([reply.status, codeOf(reply)]).to.deep.equal([401, 'context-refused']);
  });

  it('lets only operators to what is theirs', async () => {
    const builder = await service()
      .get('/operator')
      .set('x-user-context', await userContext());
    const allowed = await service()
      .get('/operator')
      .set('x-user-context', await userContext(operator));

    expect([builder.status, allowed.status]).to.deep.equal([403, 200]);
  });

  it('knows a service by its own key, and for whom it acts', async () => {
    const context = await signServiceContext(services.key, {
      service: 'moc-management',
      audience: 'file-storage',
      user: ada,
    });
    const reply = await service().get('/service').set('x-service-context', context);

    expect(reply.body).to.deep.equal({ service: 'moc-management', user: ada });
  });

  it('refuses a service that speaks in the name of another', async () => {
    const context = await signServiceContext(services.key, { service: 'search', audience: 'file-storage' });

    expect((await service().get('/service').set('x-service-context', context)).status).to.equal(401);
  });

  it('takes no user for a service', async () => {
    const reply = await service()
      .get('/service')
      .set('x-user-context', await userContext());

    expect(codeOf(reply)).to.equal('not-a-service');
  });
});
