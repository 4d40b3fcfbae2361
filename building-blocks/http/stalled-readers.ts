import type { Server } from 'node:http';
import type { Socket } from 'node:net';

type Handle = { readonly bytesWritten: number; readonly writeQueueSize: number };
type Connection = Socket & { readonly _handle?: Handle | null };

/** Where a connection with bytes to send stood, and for how many looks since. */
type Progress = { readonly bytes: number; readonly checks: number };

const MOVING: Progress = { bytes: -1, checks: 0 };

/** A patience lasts this many looks. Not measured by a clock, since a process that was held up has sent nothing itself. */
const CHECKS = 4;

/** What the kernel has taken. Node's documented numbers tell of whole writes only, and one write may be a whole file. */
const bytesTaken = ({ _handle: handle }: Connection): number =>
  handle ? handle.bytesWritten - handle.writeQueueSize : 0;

/**
 * Cuts off clients that take nothing of what waits to be sent to them for `patienceMs`. Whoever takes something, however
 * slowly, and whoever has nothing to take, stays. One timer for all connections: requests pay nothing for it.
 */
export const disconnectStalledReaders = (server: Server, timeoutMs: number): void => {
  const progress = new Map<Connection, Progress>();

  const check = (connection: Connection, { bytes, checks }: Progress): void => {
    const takenNow = bytesTaken(connection);
    if (connection.writableLength === 0) progress.set(connection, MOVING);
    else if (takenNow !== bytes) progress.set(connection, { bytes: takenNow, checks: 0 });
    else if (checks + 1 < CHECKS) progress.set(connection, { bytes, checks: checks + 1 });
    // Merely closed, the kernel would keep on offering the client what it does not take.
    else connection.resetAndDestroy();
  };

  server.on('connection', (connection: Connection) => {
    progress.set(connection, MOVING);
    connection.once('close', () => progress.delete(connection));
  });
  server.once('listening', () => {
    const looking = setInterval(() => {
      for (const [connection, last] of progress) check(connection, last);
    }, timeoutMs / CHECKS).unref();
    server.once('close', () => clearInterval(looking));
  });
};
