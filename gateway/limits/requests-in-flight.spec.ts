import { once } from 'node:events';
import { expect } from 'chai';
import { pollUntil } from '@lego-moc/application/poll-until';
import { fakeUpstream, startGateway, type FakeUpstream, type GatewayForTests } from '../testing/gateway-for-tests.ts';
import { headOf, openRaw } from '../testing/raw-http.ts';

describe('limiting the requests in flight of one user', () => {
  let upstream: FakeUpstream;
  let gateway: GatewayForTests;
  beforeEach(async () => {
    upstream = await fakeUpstream();
    gateway = await startGateway({ upstream: upstream.url });
  });
  afterEach(async () => {
    await gateway.stop();
    await upstream.stop();
  });

  const beginUpload = async (authorization: string) => {
    const upload = openRaw(
      gateway.port,
      headOf('POST /api/mocs/1/files HTTP/1.1', 'Host: x', `Authorization: ${authorization}`, 'Content-Length: 900000'),
    );
    upload.socket.write(Buffer.alloc(70_000));
    await once(upload.socket, 'connect');
    return upload;
  };

  it('runs eight uploads at a time, queues 32 more, and answers the next 429', async () => {
    const { authorization } = await gateway.bearer();
    const uploads: Awaited<ReturnType<typeof beginUpload>>[] = [];
    for (let times = 0; times < 42; times += 1) uploads.push(await beginUpload(authorization));
    await pollUntil('an upload is refused', () => uploads.some(({ text }) => text().includes('too-many-uploads')));

    expect(uploads.filter(({ text }) => text().startsWith('HTTP/1.1 429'))).to.have.length.within(1, 2);
    expect(upstream.requests).to.have.length(8);
    uploads.find(({ text }) => text() === '')!.socket.destroy();
    await pollUntil('the next upload begins', () => upstream.requests.length === 9);
    for (const { socket } of uploads) socket.destroy();
  });

  it('lets that user read and others upload meanwhile', async () => {
    const { authorization } = await gateway.bearer();
    const uploads = [];
    for (let times = 0; times < 20; times += 1) uploads.push(await beginUpload(authorization));
    await pollUntil('eight uploads run', () => upstream.requests.length === 8);
    const read = await fetch(`${gateway.url}/api/mocs`, { headers: { authorization } });
    const other = await fetch(`${gateway.url}/api/mocs/1/files`, {
      method: 'POST',
      headers: await gateway.bearer({ sub: 'bob' }),
      body: 'x',
    });
    for (const { socket } of uploads) socket.destroy();

    expect([read.status, other.status]).to.deep.equal([200, 200]);
  });

  it('runs sixteen reads at a time, queues 256 more, and answers the next 429', async () => {
    const waiting: (() => void)[] = [];
    const slow = await fakeUpstream((_request, response) => waiting.push(() => response.end('{}')));
    const behind = await startGateway({ upstream: slow.url });
    const headers = await behind.bearer();
    const statuses: number[] = [];
    const replies = Array.from({ length: 300 }, async () => {
      const { status } = await fetch(`${behind.url}/api/mocs`, { headers });
      statuses.push(status);
    });
    await Promise.race(replies);
    expect([statuses[0], waiting.length]).to.deep.equal([429, 16]);
    while (statuses.length < replies.length) {
      for (const answer of waiting.splice(0)) answer();
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    await behind.stop();
    await slow.stop();

    expect(new Set(statuses)).to.deep.equal(new Set([200, 429]));
    expect(statuses.filter((status) => status === 200)).to.have.length.at.least(272);
  });
});
