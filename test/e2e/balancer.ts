import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { closeAfterAllTests } from '@lego-moc/testing/mocha-hooks';

export type Balancer = {
  readonly url: string;
  /** Sends requests to these instances in turn from now on. */
  readonly towards: (...origins: readonly string[]) => void;
  /** The same for those of them that say at `/ready` that they are; asks them often. */
  readonly towardsReady: (...origins: readonly string[]) => void;
  /** How many requests this instance has not answered to the end. */
  readonly requestsAt: (origin: string) => number;
};

const LOOK_EVERY_MS = 50;

const isReady = (origin: string): Promise<boolean> =>
  fetch(`${origin}/ready`).then(
    ({ ok }) => ok,
    () => false,
  );

const forward = (origin: string, incoming: IncomingMessage, response: ServerResponse): void => {
  const { method, headers, url } = incoming;
  const outgoing = request(`${origin}${url ?? '/'}`, { method, headers, agent: false }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  outgoing.on('error', () => response.destroy());
  incoming.pipe(outgoing);
};

/** A load balancer in front of several instances of a service. */
export const startBalancer = async (): Promise<Balancer> => {
  let targets: readonly string[] = [];
  let watchedOrigins: readonly string[] = [];
  let turn = 0;
  const requests = new Map<string, number>();
  const count = (origin: string, change: 1 | -1): void =>
    void requests.set(origin, (requests.get(origin) ?? 0) + change);
  const server = createServer((incoming, response) => {
    const origin = targets[(turn += 1) % targets.length];
    if (origin === undefined) {
      response.writeHead(503).end();
      return;
    }
    count(origin, 1);
    response.once('close', () => count(origin, -1));
    forward(origin, incoming, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const watch = async (origins: readonly string[]): Promise<void> => {
    while (watchedOrigins === origins) {
      const states = await Promise.all(origins.map(isReady));
      if (watchedOrigins === origins) targets = origins.filter((_, at) => states[at]);
      await sleep(LOOK_EVERY_MS);
    }
  };
  closeAfterAllTests(async () => {
    watchedOrigins = [];
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    towards: (...origins) => {
      watchedOrigins = [];
      targets = origins;
    },
    towardsReady: (...origins) => {
      watchedOrigins = origins;
      targets = origins;
      void watch(origins);
    },
    requestsAt: (origin) => requests.get(origin) ?? 0,
  };
};
