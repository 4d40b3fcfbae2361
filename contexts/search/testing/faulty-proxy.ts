import { once } from 'node:events';
import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** The answer to a request in place of the component's; `hang-up` cuts the connection, and `delayMs` only forwards later. */
type Fault = { readonly status: number; readonly body: object } | { readonly delayMs: number } | 'hang-up';

export type FaultyProxy = {
  readonly url: string;
  /** Decides for each request from now on; `undefined` forwards it. */
  readonly failBy: (faultOf: (path: string) => Fault | undefined) => void;
  readonly close: () => Promise<void>;
};

const pass = (target: string, request: IncomingMessage, response: ServerResponse): void => {
  const { method, url, headers } = request;
  const onward = forward(`${target}${url ?? '/'}`, { method, headers }, (reply) => {
    response.writeHead(reply.statusCode ?? 502, reply.headers);
    reply.pipe(response);
  });
  onward.on('error', () => response.destroy());
  request.pipe(onward);
};

/** Stands between a client and a real component over HTTP, and fails as a test decides. */
export const faultyProxy = async (target: string): Promise<FaultyProxy> => {
  let faultOf: (path: string) => Fault | undefined = () => undefined;
  const server = createServer((request, response) => {
    const fault = faultOf(request.url ?? '/');
    if (fault === undefined) {
      pass(target, request, response);
      return;
    }
    if (fault !== 'hang-up' && 'delayMs' in fault) {
      void sleep(fault.delayMs, undefined, { ref: false }).then(() => {
        // A client that gave up has closed its request, which would never end there.
        if (!response.destroyed && !request.destroyed) pass(target, request, response);
      });
      return;
    }
    request.resume();
    if (fault === 'hang-up') response.destroy();
    else response.writeHead(fault.status, { 'content-type': 'application/json' }).end(JSON.stringify(fault.body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    failBy: (decide) => {
      faultOf = decide;
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};
