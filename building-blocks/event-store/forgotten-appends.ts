import type { Readable } from 'node:stream';
import type { EventStoreDBClient } from '@eventstore/db-client';

type Listener = (answer: unknown) => void;

/** The name under which the client opens the call that carries all appends of a connection. */
const APPENDS = 'appendToStream';

/** Replaces the listeners of answers by ones that pass over an answer to an append that the client no longer knows. */
const passOverUnknown = <Stream>(stream: Stream): Stream => {
  const answers = stream as unknown as Readable;
  const listeners = answers.listeners('data') as Listener[];
  answers.removeAllListeners('data');
  for (const listener of listeners)
    answers.on('data', (answer: unknown) => {
      try {
        listener(answer);
      } catch (error) {
        // It takes the append apart that it did not find.
        if (!(error instanceof TypeError)) throw error;
      }
    });
  return stream;
};

/**
 * Has `client` pass over answers to appends that it has forgotten. Version 6.2.1 keeps the appends of all connections of
 * a process in one list. When one connection breaks or is replaced, all of them fail, the list is emptied, and the next
 * answer on any other connection throws in a listener, which ends the process. Whoever sent such an append has been
 * told by then and sends it again.
 */
export const passOverForgottenAppends = (client: EventStoreDBClient): EventStoreDBClient => {
  const open = client['GRPCStreamCreator'];
  client['GRPCStreamCreator'] = (Client, name, creator, cache) =>
    open(
      Client,
      name,
      (grpc) => {
        const stream = creator(grpc);
        return name === APPENDS && !(stream instanceof Promise) ? passOverUnknown(stream) : stream;
      },
      cache,
    );
  return client;
};
