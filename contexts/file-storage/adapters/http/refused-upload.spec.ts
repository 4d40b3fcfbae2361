import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect } from 'chai';
import { newId } from '@lego-moc/application/new-id';
import { serviceForTests, type ServiceForTests } from '../../testing/service-for-tests.ts';

const SIZE = 1_048_576;
const BEGINNING = 'no image'.repeat(8_192);

const thumbnail = (): string => {
  const query = new URLSearchParams({ fileId: newId(), owner: 'ada', purpose: 'thumbnail', name: 'a.png' });
  return `POST /internal/v1/upload?${String(query)} HTTP/1.1\r\nHost: x\r\nContent-Length: ${SIZE}\r\n\r\n`;
};

const open = async ({ port }: ServiceForTests): Promise<Socket> => {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  return socket;
};

/** Sends `text` and returns what is answered up to `until`; rejects when the connection closes before. */
const talk = (socket: Socket, text: string, until: string): Promise<string> =>
  new Promise((resolve, reject) => {
    let answer = '';
    const fail = (): void => reject(new Error(`The connection was closed after ${JSON.stringify(answer)}`));
    const read = (chunk: Buffer): void => {
      answer += chunk.toString('latin1');
      if (!answer.includes(until)) return;
      socket.off('data', read).off('close', fail);
      resolve(answer);
    };
    socket.on('data', read).once('close', fail);
    socket.write(text);
  });

describe('refusing an upload whose client is still sending', () => {
  let service: ServiceForTests;

  beforeEach(async () => {
    service = await serviceForTests();
  });

  it('answers 422 before the rest has come', async () => {
    const socket = await open(service);
    expect(await talk(socket, thumbnail() + BEGINNING, 'media-type-refused')).to.match(/^HTTP\/1.1 422/u);
    socket.destroy();
  });

  it('reads the rest, so that the connection serves the next request', async () => {
    const socket = await open(service);
    await talk(socket, thumbnail() + 'no image'.repeat(SIZE / 8), 'media-type-refused');
    const answer = await talk(socket, 'GET /health HTTP/1.1\r\nHost: x\r\n\r\n', '"up"');
    expect(answer).to.match(/^HTTP\/1.1 200/u);
    socket.destroy();
  });

  it('does not delay the stop of the service', async () => {
    const socket = await open(service);
    await talk(socket, thumbnail() + BEGINNING, 'media-type-refused');
    const reading = once(socket.resume(), 'close').then(() => 'closed');
    expect(await Promise.race([reading, service.stop().then(() => reading)])).to.equal('closed');
  });
});
