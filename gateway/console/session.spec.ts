import { expect } from 'chai';
import { fakeUpstream, startGateway, type FakeUpstream, type GatewayForTests } from '../testing/gateway-for-tests.ts';

const SESSION = '/console/api/session';

describe('signing in to the operations console', () => {
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

  const send = (path: string, init: RequestInit = {}) => fetch(`http://127.0.0.1:${gateway.port}${path}`, init);
  const operator = () => gateway.bearer({ roles: ['operator'] });

  it("makes an operator's token a cookie that no script and no other site can use", async () => {
    const reply = await send(SESSION, { method: 'POST', headers: await operator() });

    expect(reply.status).to.equal(200);
    const cookie = reply.headers.get('set-cookie') ?? '';
    expect(cookie).to.match(/^token=[\w.-]+; Max-Age=6\d\d; Path=\/; HttpOnly; SameSite=Strict$/);
    const [pair = ''] = cookie.split(';');
    const session = await send(SESSION, { headers: { cookie: pair } });
    expect(await session.json()).to.deep.include({ user: { id: 'ada', roles: ['operator'] } });
  });

  it('refuses a builder, and sets no cookie', async () => {
    const reply = await send(SESSION, { method: 'POST', headers: await gateway.bearer() });

    expect(reply.status).to.equal(403);
    expect(reply.headers.get('set-cookie')).to.equal(null);
  });

  it('refuses a token that is not valid', async () => {
    const reply = await send(SESSION, { method: 'POST', headers: { authorization: 'Bearer nonsense' } });

    expect(reply.status).to.equal(401);
  });

  it('does not sign in by a cookie alone, which a page of another site may cause to be sent', async () => {
    const { authorization } = await operator();
    const cookie = authorization.replace('Bearer ', 'token=');

    expect((await send(SESSION, { method: 'POST', headers: { cookie } })).status).to.equal(401);
  });

  it('says that nobody is signed in', async () => {
    expect((await send(SESSION)).status).to.equal(401);
  });

  it('signs out, but not for a page of another site', async () => {
    const own = await send(SESSION, { method: 'DELETE' });
    expect(own.status).to.equal(204);
    expect(own.headers.get('set-cookie')).to.match(/^token=; Max-Age=0; /);

    const foreign = await send(SESSION, { method: 'DELETE', headers: { origin: 'https://evil.example' } });
    expect(foreign.status).to.equal(403);
  });

  it('offers no development sign-in without a development issuer', async () => {
    expect(await (await send('/console/api/sign-in')).json()).to.deep.equal({ isDevelopment: false });
    expect((await send('/console/api/development-session', { method: 'POST' })).status).to.equal(404);
  });

  it('answers an unknown path of its API with a problem, not with the page', async () => {
    const reply = await send('/console/api/nonsense');

    expect(reply.status).to.equal(404);
    expect(reply.headers.get('content-type')).to.equal('application/problem+json');
  });
});

describe('signing in with the development issuer', () => {
  let issuer: FakeUpstream;
  let gateway: GatewayForTests;
  let body = '';
  before(async () => {
    issuer = await fakeUpstream((request, response) => {
      request.setEncoding('utf8').on('data', (chunk: string) => (body = chunk));
      request.once('end', () => {
        const { roles } = JSON.parse(body) as { roles: string[] };
        void gateway.issuer.token({ roles }).then((token) => {
          response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ token }));
        });
      });
    });
    gateway = await startGateway({ upstream: issuer.url, config: { developmentIssuerUrl: issuer.url } });
  });
  after(async () => {
    await gateway.stop();
    await issuer.stop();
  });

  const signIn = (query = '', headers: Record<string, string> = {}) =>
    fetch(`http://127.0.0.1:${gateway.port}/console/api/development-session${query}`, { method: 'POST', headers });

  const rolesIn = async (reply: Response): Promise<readonly string[]> =>
    ((await reply.json()) as { user: { roles: string[] } }).user.roles;

  it('takes one request', async () => {
    const reply = await signIn();

    expect(reply.status).to.equal(200);
    expect(reply.headers.get('set-cookie')).to.match(/^token=/);
    expect(await rolesIn(reply)).to.deep.equal(['operator', 'operator:act', 'operator:reveal']);
  });

  it('gives an operator who only reads no other role', async () => {
    expect(await rolesIn(await signIn('?roles=read'))).to.deep.equal(['operator']);
  });

  it('refuses a page of another site', async () => {
    expect((await signIn('', { origin: 'https://evil.example' })).status).to.equal(403);
  });
});
