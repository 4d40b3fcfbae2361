import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { closeAfterAllTests } from '@lego-moc/testing/mocha-hooks';

export type Balancer = {
  readonly url: string;
  /** Sends requests to these instances in turn from now on. */
  readonly towards: (...origins: readonly string[]) => void;
};

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
  let turn = 0;
  const server = createServer((incoming, response) => {
    const origin = targets[(turn += 1) % targets.length];
    if (origin === undefined) response.writeHead(503).end();
    else forward(origin, incoming, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closeAfterAllTests(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    towards: (...origins) => void (targets = origins),
  };
};
