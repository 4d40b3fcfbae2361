import { EventStoreDBClient } from '@eventstore/db-client';
import { openSubscriptions } from './open-subscriptions.ts';
import { sleep } from './waiting.ts';
import type { Target } from './target.ts';

/** The server as the tests see it, from `before` to `after`. */
export type Server = {
  /** The client that most tests share. */
  readonly client: () => EventStoreDBClient;
  /** One more client, closed with the suite. */
  readonly connect: (parameters?: string) => EventStoreDBClient;
  /** One more client with a connection of its own: clients of equal options share one. */
  readonly connectAlone: () => EventStoreDBClient;
  readonly connectionString: () => string;
  /** Host and port for a gRPC client of the test's own; skips the test on a cluster or with TLS, which such a client does not handle. */
  readonly hostOrSkip: (context: Mocha.Context) => string;
  readonly restart: () => Promise<void>;
  /** Declares a test that needs a restart; where that is impossible it is printed as skipped. */
  readonly itAfterRestart: (outcome: string, test: (this: Mocha.Context) => Promise<void>) => void;
  /** Declares a test of the embedded node alone: it would end another server, or never end. */
  readonly itEmbedded: (outcome: string, test: (this: Mocha.Context) => Promise<void>) => void;
};

/** A client with an endless call does not dispose of itself. */
const DISPOSES_WITHIN_MS = 5_000;

const KEEP_ALIVE_MS = 10_000;

const withParameters = (url: string, parameters: string): string =>
  parameters === '' ? url : `${url}${url.includes('?') ? '&' : '?'}${parameters}`;

const hostOrSkip = (url: string, context: Mocha.Context): string => {
  const host = /^esdb:\/\/([^,/?]+)\/?\?(?:.*&)?tls=false/.exec(url)?.[1];
  if (host !== undefined) return host;
  process.stdout.write('  skipped: it needs one server without TLS\n');
  return context.skip();
};

/** Registers the hooks that start and stop the target, and returns the handle that tests use. */
export const serverFrom = (target: Target): Server => {
  let url = '';
  let sharedClient: EventStoreDBClient | undefined;
  const clients = new Set<EventStoreDBClient>();
  const subscriptions = openSubscriptions();

  const connect = (parameters = ''): EventStoreDBClient => {
    const client = EventStoreDBClient.connectionString(withParameters(url, parameters));
    clients.add(client);
    subscriptions.watch(client);
    return client;
  };

  let connections = 0;
  const connectAlone = (): EventStoreDBClient => {
    connections += 1;
    return connect(`keepAliveInterval=${KEEP_ALIVE_MS + connections}`);
  };

  const restart = async (): Promise<void> => {
    if (target.restart === undefined) throw new Error('This server cannot be restarted by the suite');
    await target.restart();
    sharedClient = connect();
  };

  before('start the server', async function () {
    this.timeout(60_000);
    url = await target.start();
    sharedClient = connect();
  });

  afterEach('close what a failed test left open', () => subscriptions.closeAll());

  after('stop the server', async function () {
    this.timeout(60_000);
    await target.stop();
    const disposal = Promise.allSettled([...clients].map((client) => client.dispose()));
    await Promise.race([disposal, sleep(DISPOSES_WITHIN_MS, undefined, { ref: false })]);
  });

  return {
    client: () => {
      if (sharedClient === undefined) throw new Error('The server has not been started');
      return sharedClient;
    },
    connect,
    connectAlone,
    connectionString: () => url,
    hostOrSkip: (context) => hostOrSkip(url, context),
    restart,
    itAfterRestart: (outcome, test) =>
      target.restart === undefined
        ? it(`${outcome} (skipped: it needs a server that can be restarted)`)
        : it(outcome, test),
    itEmbedded: (outcome, test) =>
      target.isEmbedded ? it(outcome, test) : it(`${outcome} (skipped: only the embedded node survives it)`),
  };
};
