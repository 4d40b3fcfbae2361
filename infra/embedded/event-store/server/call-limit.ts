import type { Http2Session, ServerHttp2Stream } from 'node:http2';

type WaitingCall = { readonly stream: ServerHttp2Stream; readonly serve: () => void };
type Connection = { active: number; readonly queue: WaitingCall[] };

/**
 * Serves at most `max` calls of a connection at a time; further ones wait in the order of their coming, unanswered and
 * unread. The limit that HTTP/2 itself has would do the same, but Node.js also counts streams against it that have just
 * ended, and resets new ones.
 */
export const callLimit = (max: number) => {
  const connections = new WeakMap<Http2Session, Connection>();

  const connectionOf = (session: Http2Session): Connection => {
    const connection = connections.get(session) ?? { active: 0, queue: [] };
    connections.set(session, connection);
    return connection;
  };

  const serveWaiting = (connection: Connection): void => {
    while (connection.active < max) {
      const next = connection.queue.shift();
      if (next === undefined) return;
      start(connection, next);
    }
  };

  const start = (connection: Connection, { stream, serve }: WaitingCall): void => {
    if (stream.destroyed) return;
    connection.active += 1;
    stream.once('close', () => {
      connection.active -= 1;
      serveWaiting(connection);
    });
    serve();
  };

  return {
    /** Calls `serve` as soon as the connection of the stream has fewer than `max` others. */
    run: (stream: ServerHttp2Stream, serve: () => void): void => {
      const { session } = stream;
      if (session === undefined) return;
      const connection = connectionOf(session);
      connection.queue.push({ stream, serve });
      serveWaiting(connection);
    },
  };
};
