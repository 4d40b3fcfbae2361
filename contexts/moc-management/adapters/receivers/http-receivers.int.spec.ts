import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { expect } from 'chai';
import { generate } from 'selfsigned';
import { closeAfterAllTests } from '@lego-moc/testing/mocha-hooks';
import { startReceiver } from '@lego-moc/testing/webhook-receiver';
import type { TakeSlot } from '../../application/ports/receivers.ts';
import { destinationName } from './address-slots.ts';
import { checkedLookup, lookupFor } from './checked-lookup.ts';
import { httpReceivers, retryAfterMs } from './http-receivers.ts';
import { urlRefusal } from './url-refusal.ts';

const NOW_MS = Date.parse('2026-01-01T12:00:00Z');
const MESSAGE = { headers: { 'webhook-id': 'message-1' }, body: '{}' };
const takeSlot = (): (() => void) => () => undefined;
const options = { signal: new AbortController().signal, takeSlot };

/** Any URL passes, so that the receivers of these tests are reached; names resolve to what the test says. */
const receiversOf = (addresses: readonly (readonly string[])[], isAllowed?: (address: string) => boolean) => {
  const answers = [...addresses];
  let lookups = 0;
  const resolve = () => {
    lookups += 1;
    return Promise.resolve(answers.length > 1 ? answers.shift()! : (answers[0] ?? []));
  };
  const lookup = checkedLookup(resolve, isAllowed);
  const receivers = httpReceivers({ urlRefusal: () => undefined, lookup, nowMs: () => NOW_MS });
  return { post: (url: string) => receivers.post(url, MESSAGE, options), lookups: () => lookups };
};

const ANYWHERE = { urlRefusal: urlRefusal('any'), lookup: lookupFor('any'), nowMs: () => NOW_MS };
const anywhere = httpReceivers(ANYWHERE);
const publicly = httpReceivers({ urlRefusal: urlRefusal('public'), lookup: lookupFor('public'), nowMs: () => NOW_MS });

describe('sending messages to receivers', function () {
  this.timeout(30_000);

  it('returns the status of the answer, whatever it is, and follows no redirect', async () => {
    const [receiver, other] = [await startReceiver(), await startReceiver()];
    for (const status of [204, 410, 500]) {
      receiver.behave(status);
      expect(await anywhere.post(receiver.url, MESSAGE, options)).to.deep.include({ status, failure: null });
    }
    receiver.behave((response) => response.writeHead(307, { location: other.url }).end());
    expect(await anywhere.post(`${receiver.url}?a=b`, MESSAGE, options)).to.deep.include({ status: 307 });
    expect(other.messages).to.deep.equal([]);
    expect(receiver.messages.at(-1)).to.include({ path: '/hooks?a=b', body: '{}' });
    expect(receiver.messages.at(-1)?.headers).to.include({ 'webhook-id': 'message-1' });
  });

  it('reads what Retry-After asks for', async () => {
    const receiver = await startReceiver();
    receiver.behave((response) => response.writeHead(429, { 'retry-after': '120' }).end());
    expect(await anywhere.post(receiver.url, MESSAGE, options)).to.include({ status: 429, retryAfterMs: 120_000 });
    expect(retryAfterMs('Thu, 01 Jan 2026 12:01:00 GMT', NOW_MS)).to.equal(60_000);
    for (const value of ['Thu, 01 Jan 2026 11:00:00 GMT', 'soon', '', '-1', ['1', '2'], undefined])
      expect(retryAfterMs(value, NOW_MS), String(value)).to.equal(null);
  });

  it('reads no body: one without end changes nothing', async () => {
    const receiver = await startReceiver();
    const cut = new Promise<void>((resolve) => {
      receiver.behave((response) => {
        response.writeHead(200).write('x'.repeat(100_000));
        const timer = setInterval(() => response.write('x'.repeat(100_000)), 5);
        response.on('close', () => {
          clearInterval(timer);
          resolve();
        });
      });
    });
    expect(await anywhere.post(receiver.url, MESSAGE, options)).to.include({ status: 200, failure: null });
    await cut;
  });

  it('gives up on a receiver that hangs, and on one that keeps the answer from ending', async () => {
    const silent = createServer((socket) => socket.on('error', () => undefined).resume()).listen(0, '127.0.0.1');
    const dripping = createServer((socket) => {
      socket.on('error', () => undefined).write('HTTP/1.1 200 OK\r\n');
      socket.resume();
      const timer = setInterval(() => socket.write('x: y\r\n'), 500);
      socket.on('close', () => clearInterval(timer));
    }).listen(0, '127.0.0.1');
    const informing = createServer((socket) => {
      socket.resume();
      const timer = setInterval(() => socket.write('HTTP/1.1 102 Processing\r\n\r\n'), 500);
      socket.on('error', () => undefined).on('close', () => clearInterval(timer));
    }).listen(0, '127.0.0.1');
    const servers = [silent, dripping, informing];
    await Promise.all(servers.map((server) => once(server, 'listening')));
    for (const server of servers) closeAfterAllTests(() => new Promise((resolve) => server.close(() => resolve())));
    const impatient = httpReceivers({ ...ANYWHERE, answerWithinMs: 1_000 });
    const answers = await Promise.all(
      servers.map((server) =>
        impatient.post(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`, MESSAGE, options),
      ),
    );
    for (const answer of answers) expect(answer).to.include({ status: null, failure: 'timeout' });
  });

  it('refuses a header that is too large, and a connection that is refused', async () => {
    const receiver = await startReceiver();
    receiver.behave((response) => response.writeHead(200, { large: 'x'.repeat(20_000) }).end());
    expect(await anywhere.post(receiver.url, MESSAGE, options)).to.include({ failure: 'connection-failed' });
    expect(await anywhere.post('http://127.0.0.1:9/', MESSAGE, options)).to.include({ failure: 'connection-failed' });
  });

  it('refuses a certificate that nobody vouches for', async () => {
    const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }]);
    const receiver = await startReceiver({ key, cert });
    expect(await anywhere.post(receiver.url, MESSAGE, options)).to.include({ status: null, failure: 'tls-failed' });
    expect(receiver.messages).to.deep.equal([]);
  });

  it('throws when it is aborted', async () => {
    const receiver = await startReceiver();
    const controller = new AbortController();
    receiver.behave(() => controller.abort());
    const error: unknown = await anywhere
      .post(receiver.url, MESSAGE, { signal: controller.signal, takeSlot })
      .catch((e: unknown) => e);
    expect(error).to.be.instanceOf(Error);
  });
});

describe('guarding the network against messages', () => {
  it('connects to no address that is not public, whatever form it has', async () => {
    const receiver = await startReceiver();
    const urls = [
      receiver.url,
      'https://127.0.0.1/',
      'https://[::1]/',
      'https://[::ffff:7f00:1]/',
      'https://2130706433/',
    ];
    for (const url of urls)
      expect(await publicly.post(url, MESSAGE, options), url).to.include({ status: null, failure: 'address-refused' });
    expect(receiver.messages).to.deep.equal([]);
  });

  it('refuses a name of which one address is not public, or that has none', async () => {
    const receiver = await startReceiver();
    const url = `http://receiver.example:${String(receiver.port)}/`;
    for (const addresses of [
      ['127.0.0.1'],
      ['8.8.8.8', '10.0.0.1'],
      ['::ffff:127.0.0.1'],
      ['64:ff9b::7f00:1'],
      ['fe80::1'],
    ])
      expect(await receiversOf([addresses]).post(url), String(addresses)).to.include({ failure: 'address-refused' });
    expect(await receiversOf([[]]).post(url)).to.include({ failure: 'host-unknown' });
    expect(receiver.messages).to.deep.equal([]);
  });

  it('sends nothing while messages to other names of an address take its slots, and takes another address first', async () => {
    const receiver = await startReceiver();
    const takenSlots = new Set<string>();
    const takeOnly: TakeSlot = (destination) => {
      if (takenSlots.has(destination)) return undefined;
      takenSlots.add(destination);
      return () => takenSlots.delete(destination);
    };
    const lookup = checkedLookup(
      (host) => Promise.resolve(host === 'two.example' ? ['127.0.0.1', '127.0.0.2'] : ['127.0.0.1']),
      () => true,
    );
    const receivers = httpReceivers({ urlRefusal: () => undefined, lookup, nowMs: () => NOW_MS });
    const post = (host: string) =>
      receivers.post(`http://${host}:${String(receiver.port)}/`, MESSAGE, { ...options, takeSlot: takeOnly });

    const firstAnswer = Promise.withResolvers<() => void>();
    receiver.behave((response) => firstAnswer.resolve(() => response.writeHead(204).end()));
    const first = post('one.example');
    const answer = await firstAnswer.promise;
    const busy = destinationName('127.0.0.1');
    expect(await post('other.example')).to.deep.equal({ busy });
    // Nothing listens at the second address: the first one is left alone.
    expect(await post('two.example')).to.include({ failure: 'connection-failed' });
    answer();
    expect(await first).to.include({ status: 204 });
    receiver.behave(204);
    expect(await post('other.example')).to.include({ status: 204 });
    expect([...takenSlots]).to.deep.equal([]);
    expect(receiver.messages).to.have.length(2);
  });

  it('connects to the very address that it checked, when the name resolves to another one next', async () => {
    const receiver = await startReceiver();
    const url = `http://rebinding.example:${String(receiver.port)}/hooks`;
    const { post, lookups } = receiversOf([['127.0.0.1'], ['127.0.0.2']], (address) => address === '127.0.0.1');
    expect(await post(url)).to.include({ status: 204 });
    expect(lookups()).to.equal(1);
    expect(receiver.messages[0]?.headers.host).to.equal(`rebinding.example:${String(receiver.port)}`);
    expect(await post(url)).to.include({ status: null, failure: 'address-refused' });
    expect(receiver.messages).to.have.length(1);
  });
});
