import { EventStoreDBClient } from '@eventstore/db-client';
import type { Target } from './target.ts';

/** The server as the tests see it, from `before` to `after`. */
export type Server = {
  /** The client that most tests share. */
  readonly client: () => EventStoreDBClient;
  /** One more client, closed with the suite. */
  readonly connect: (parameters?: string) => EventStoreDBClient;
  readonly connectionString: () => string;
  readonly restart: () => Promise<void>;
  /** Declares a test that needs a restart; where that is impossible it is printed as skipped. */
  readonly itAfterRestart: (outcome: string, test: (this: Mocha.Context) => Promise<void>) => void;
};

const withParameters = (url: string, parameters: string): string =>
  parameters === '' ? url : `${url}${url.includes('?') ? '&' : '?'}${parameters}`;

/** Registers the hooks that start and stop the target, and answers with the handle that tests use. */
export const serverFrom = (target: Target): Server => {
  let url = '';
  let shared: EventStoreDBClient | undefined;
  const clients = new Set<EventStoreDBClient>();

  const connect = (parameters = ''): EventStoreDBClient => {
    const client = EventStoreDBClient.connectionString(withParameters(url, parameters));
    clients.add(client);
    return client;
  };

  const restart = async (): Promise<void> => {
    if (target.restart === undefined) throw new Error('This server cannot be restarted by the suite');
    await target.restart();
    shared = connect();
  };

  before('start the server', async function () {
    this.timeout(60_000);
    url = await target.start();
    shared = connect();
  });

  after('stop the server', async function () {
    this.timeout(60_000);
    await Promise.allSettled([...clients].map((client) => client.dispose()));
    await target.stop();
  });

  return {
    client: () => {
      if (shared === undefined) throw new Error('The server has not been started');
      return shared;
    },
    connect,
    connectionString: () => url,
    restart,
    itAfterRestart: (outcome, test) =>
      target.restart === undefined
        ? it(`${outcome} (skipped: it needs a server that can be restarted)`)
        : it(outcome, test),
  };
};
