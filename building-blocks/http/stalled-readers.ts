import type { Server } from 'node:http';
import type { Socket } from 'node:net';

type Handle = { readonly bytesWritten: number; readonly writeQueueSize: number };
type Connection = Socket & { readonly _handle?: Handle | null };

/** The progress of a connection with bytes to send, and the number of checks since it last changed. */
type Progress = { readonly bytes: number; readonly checks: number };

const MOVING: Progress = { bytes: -1, checks: 0 };

/**
 * A client is cut off after this many checks without progress. Not measured by a clock, since a process that was
 * suspended has sent nothing itself.
 */
const CHECKS = 4;

/**
 * Bytes that the kernel has accepted. Node's documented counters cover whole writes only, and one write may be a whole
 * file.
 */
const bytesTaken = ({ _handle: handle }: Connection): number =>
  handle ? handle.bytesWritten - handle.writeQueueSize : 0;

/**
 * Cuts off clients that read nothing of a waiting answer for `patienceMs`. A client that reads, however slowly, stays,
 * and so does one without a waiting answer. One timer for all connections: requests pay nothing for it.
 */
export const disconnectStalledReaders = (server: Server, timeoutMs: number): void => {
  const progress = new Map<Connection, Progress>();

  const check = (connection: Connection, { bytes, checks }: Progress): void => {
    const takenNow = bytesTaken(connection);
    if (connection.writableLength === 0) progress.set(connection, MOVING);
    else if (takenNow !== bytes) progress.set(connection, { bytes: takenNow, checks: 0 });
    else if (checks + 1 < CHECKS) progress.set(connection, { bytes, checks: checks + 1 });
    // After a normal close the kernel would keep on offering the unread bytes to the client.
    else connection.resetAndDestroy();
  };

  server.on('connection', (connection: Connection) => {
    progress.set(connection, MOVING);
    connection.once('close', () => progress.delete(connection));
  });
  server.once('listening', () => {
    const timer = setInterval(() => {
      for (const [connection, last] of progress) check(connection, last);
    }, timeoutMs / CHECKS).unref();
    server.once('close', () => clearInterval(timer));
  });
};
