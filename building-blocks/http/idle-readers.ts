import type { Server } from 'node:http';
import type { Socket } from 'node:net';

type Handle = { readonly bytesWritten: number; readonly writeQueueSize: number };
type Connection = Socket & { readonly _handle?: Handle | null };

/** Where a connection with bytes to send stood, and for how many looks since. */
type Stand = { readonly taken: number; readonly looks: number };

const MOVING: Stand = { taken: -1, looks: 0 };

/** A patience lasts this many looks. Not measured by a clock, since a process that was held up has sent nothing itself. */
const LOOKS = 4;

/** What the kernel has taken. Node's documented numbers tell of whole writes only, and one write may be a whole file. */
const bytesTaken = ({ _handle: handle }: Connection): number =>
  handle ? handle.bytesWritten - handle.writeQueueSize : 0;

/**
 * Cuts off clients that take nothing of what waits to be sent to them for `patienceMs`. Whoever takes something, however
 * slowly, and whoever has nothing to take, stays. One timer for all connections: requests pay nothing for it.
 */
export const cutOffIdleReaders = (server: Server, patienceMs: number): void => {
  const stands = new Map<Connection, Stand>();

  const look = (connection: Connection, { taken, looks }: Stand): void => {
    const takenNow = bytesTaken(connection);
    if (connection.writableLength === 0) stands.set(connection, MOVING);
    else if (takenNow !== taken) stands.set(connection, { taken: takenNow, looks: 0 });
    else if (looks + 1 < LOOKS) stands.set(connection, { taken, looks: looks + 1 });
    // Merely closed, the kernel would keep on offering the client what it does not take.
    else connection.resetAndDestroy();
  };

  server.on('connection', (connection: Connection) => {
    stands.set(connection, MOVING);
    connection.once('close', () => stands.delete(connection));
  });
  server.once('listening', () => {
    const looking = setInterval(() => {
      for (const [connection, stand] of stands) look(connection, stand);
    }, patienceMs / LOOKS).unref();
    server.once('close', () => clearInterval(looking));
  });
};
