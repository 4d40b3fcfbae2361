import { PassThrough } from 'node:stream';
import { expect } from 'chai';
import { createLogger } from '@lego-moc/logger/logger';
import { fakeUpstream, startGateway } from '../testing/gateway-for-tests.ts';

const CANARY = 'canary-4711';

describe('keeping secrets', () => {
  it('writes none of them to the log and shows none in an answer', async () => {
    const out = new PassThrough();
    let log = '';
    out.on('data', (chunk: Buffer) => (log += chunk.toString()));
    const upstream = await fakeUpstream((request) => request.socket.destroy());
    const gateway = await startGateway({ upstream: upstream.url, logger: createLogger('gateway', 'debug', out) });
    const { authorization } = await gateway.bearer();
    const signature = authorization.split('.').at(-1)!;
    let answers = '';
    const ask = async (path: string, init: RequestInit): Promise<void> => {
      const reply = await fetch(gateway.url + path, init);
      answers += JSON.stringify([...reply.headers]) + (await reply.text());
    };
    try {
      await ask(`/api/files/1?signature=${CANARY}`, {});
      await ask('/api/mocs', { headers: { authorization } });
      await ask('/api/mocs', { headers: { authorization: `Bearer ${CANARY}` } });
      await ask('/api/mocs', { headers: { cookie: `token=${CANARY}` } });
      await ask('/api/mocs', { headers: { authorization, 'idempotency-key': CANARY, 'x-api-key': CANARY } });
      await ask('/api/mocs', {
        headers: { authorization },
        method: 'POST',
        body: JSON.stringify({ password: CANARY }),
      });
      await ask(`/nowhere?password=${CANARY}`, {});
      await ask(`/api/../x?password=${CANARY}%00`, {});
    } finally {
      await gateway.stop();
      await upstream.stop();
    }

    expect(log).to.include('"path":"/api/mocs"');
    for (const text of [log, answers]) expect(text).not.to.include(CANARY).and.not.to.include(signature);
    expect(answers).not.to.match(/\n\s+at |node_modules|\.ts:|ECONN|socket/);
  });
});
