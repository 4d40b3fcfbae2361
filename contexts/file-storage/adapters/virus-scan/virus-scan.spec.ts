import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { expect } from 'chai';
import { closeAfterAllTests } from '@lego-moc/testing/mocha-hooks';
import { clamdScanner } from './clamd-scanner.ts';
import { EICAR, eicarScanner } from './eicar-scanner.ts';
import { virusScannerContract } from './virus-scanner.contract.ts';

describe('scanning without a scanner', () => {
  virusScannerContract(() => Promise.resolve(eicarScanner), 200);
});

/** The part of clamd's protocol that INSTREAM needs, answering through `answer`. */
const listeningDaemon = async (answer: (content: Buffer, socket: Socket) => void): Promise<string> => {
  const server = createServer((socket) => {
    let buffer = Buffer.alloc(0);
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      buffer = Buffer.concat([buffer, bytes]);
      const command = 'zINSTREAM\0';
      const parts: Buffer[] = [];
      for (let at = command.length; at + 4 <= buffer.length;) {
        const length = buffer.readUInt32BE(at);
        if (length === 0) {
          answer(Buffer.concat(parts), socket);
          return;
        }
        parts.push(buffer.subarray(at + 4, at + 4 + length));
        at += 4 + length;
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closeAfterAllTests(async () => {
    server.close();
    await Promise.resolve();
  });
  return `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

const failure = async (work: Promise<unknown>): Promise<Error> =>
  work.then(
    () => expect.fail('was expected to fail'),
    (error: unknown) => error as Error,
  );

describe('scanning with clamd', () => {
  virusScannerContract(async () => {
    const url = await listeningDaemon((content, socket) => {
      socket.end(content.includes(EICAR) ? 'stream: Eicar-Test-Signature FOUND\0' : 'stream: OK\0');
    });
    return clamdScanner(url);
  });

  it('throws on an error of clamd', async () => {
    const url = await listeningDaemon((_, socket) => socket.end('INSTREAM size limit exceeded. ERROR\0'));
    const scan = await clamdScanner(url).begin();
    expect((await failure(scan.result())).name).to.equal('ServiceUnavailable');
  });

  it('throws when clamd is silent', async () => {
    const url = await listeningDaemon((_, socket) => socket.end());
    const scan = await clamdScanner(url).begin();
    expect((await failure(scan.result())).name).to.equal('ServiceUnavailable');
  });

  it('throws when the connection is lost', async () => {
    const url = await listeningDaemon((_, socket) => socket.resetAndDestroy());
    const scan = await clamdScanner(url).begin();
    expect((await failure(scan.result())).name).to.equal('ServiceUnavailable');
  });

  it('throws an outage when nothing listens', async () => {
    expect((await failure(clamdScanner('tcp://127.0.0.1:1').begin())).name).to.equal('ServiceUnavailable');
  });
});
