import { connect, type Socket } from 'node:net';

export type RawAnswer = {
  /** Status of the first answer; 0 without one. */
  readonly status: number;
  readonly code: string | undefined;
  readonly text: string;
};

/** Longer than any timeout in tests. */
const SILENCE_MS = 2_500;

/** Sends bytes as they are to a local port, and reads until the other side closes or has been silent for a while. */
export const sendRaw = (
  port: number,
  bytes: string | Buffer,
  keepSending?: (socket: Socket) => void,
): Promise<RawAnswer> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    const finish = (): void => {
      socket.destroy();
      resolve({
        status: Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 0),
        code: /urn:lego-moc:problem:([a-z-]+)/.exec(text)?.[1],
        text,
      });
    };
    socket.setTimeout(SILENCE_MS, finish);
    socket.on('data', (chunk) => (text += chunk.toString('latin1')));
    socket.once('close', finish);
    socket.on('error', () => undefined);
    socket.write(bytes);
    keepSending?.(socket);
  });

/** Opens a connection, sends bytes and leaves it open. */
export const openRaw = (port: number, bytes: string): { readonly socket: Socket; readonly text: () => string } => {
  const socket = connect(port, '127.0.0.1');
  let text = '';
  socket.on('data', (chunk) => (text += chunk.toString('latin1')));
  socket.on('error', () => undefined);
  socket.write(bytes);
  return { socket, text: () => text };
};

/** The head of a request: its line, the fields, and the empty line that ends it. */
export const headOf = (line: string, ...fields: readonly string[]): string => [line, ...fields, '', ''].join('\r\n');
