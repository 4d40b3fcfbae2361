import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import {
  ScannerUnavailable,
  type Scan,
  type ScanResult,
  type VirusScanner,
} from '../../application/ports/virus-scanner.ts';

/** clamd scans 10 MB in 0.3 s; a daemon without an answer for this long is stuck. */
const SILENCE_MAX_MS = 20_000;

/** Answers are one line: `stream: OK`, `stream: <name> FOUND` or `<reason> ERROR`. */
const readVerdict = (answer: string): ScanResult => {
  const text = answer.replace(/\0.*$/su, '').trim();
  if (/^stream: OK$/u.test(text)) return 'clean';
  const signature = /^stream: (.+) FOUND$/u.exec(text)?.[1];
  if (signature !== undefined) return { infectedWith: signature };
  throw new ScannerUnavailable(new Error(`clamd answered ${JSON.stringify(text.slice(0, 200))}`));
};

const lengthOf = (chunk: Uint8Array): Buffer => {
  const prefix = Buffer.alloc(4);
  prefix.writeUInt32BE(chunk.length);
  return prefix;
};

const scanOver = (socket: Socket): Scan => {
  let answer = '';
  let failure: Error | undefined;
  socket.setEncoding('latin1');
  socket.on('data', (text: string) => (answer += text));
  socket.on('error', (error) => (failure = error));
  socket.setTimeout(SILENCE_MAX_MS, () => socket.destroy(new Error('clamd went silent')));
  const closeEvent = new Promise<void>((resolve) => socket.once('close', () => resolve()));

  const send = async (bytes: Uint8Array): Promise<void> => {
    // It answers and closes before the end when it has found a virus, or the stream is longer than it accepts.
    if (answer !== '') return;
    if (failure !== undefined) throw new ScannerUnavailable(failure);
    if (!socket.writable) return;
    if (!socket.write(bytes)) await Promise.race([once(socket, 'drain').catch(() => undefined), closeEvent]);
  };

  return {
    write: async (chunk) => {
      // A length of 0 would end the scan.
      if (chunk.length === 0) return;
      await send(Buffer.concat([lengthOf(chunk), chunk]));
    },
    result: async () => {
      await send(Buffer.alloc(4));
      await closeEvent;
      if (failure !== undefined && answer === '') throw new ScannerUnavailable(failure);
      return readVerdict(answer);
    },
    cancel: () => socket.destroy(),
  };
};

/** Asks clamd over TCP (`tcp://host:port`), with its INSTREAM command. Its StreamMaxLength must exceed our limits. */
export const clamdScanner = (url: string): VirusScanner => {
  const { hostname, port } = new URL(url);
  return {
    begin: async () => {
      const socket = connect({ host: hostname, port: Number(port === '' ? '3310' : port) });
      try {
        await once(socket, 'connect', { signal: AbortSignal.timeout(SILENCE_MAX_MS) });
      } catch (error) {
        socket.destroy();
        throw new ScannerUnavailable(error);
      }
      const scan = scanOver(socket);
      socket.write('zINSTREAM\0');
      return scan;
    },
  };
};
