import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { closeAfterAllTests } from './mocha-hooks.ts';

export type ReceivedMessage = { readonly headers: IncomingHttpHeaders; readonly body: string; readonly path: string };

/** What a receiver does with a message: a status, or whatever it does to the response. */
export type Behaviour = number | ((response: ServerResponse, message: ReceivedMessage) => void);

export type WebhookReceiver = {
  readonly port: number;
  readonly url: string;
  readonly messages: readonly ReceivedMessage[];
  readonly behave: (behaviour: Behaviour) => void;
};

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
};

/** A real receiver of messages on this machine, by https when it has a certificate. Answers 204 until told otherwise. */
export const startReceiver = async (tls?: {
  readonly key: string;
  readonly cert: string;
}): Promise<WebhookReceiver> => {
  const messages: ReceivedMessage[] = [];
  let behaviour: Behaviour = 204;
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const message = { headers: request.headers, body: await bodyOf(request), path: request.url ?? '' };
    messages.push(message);
    if (typeof behaviour === 'number') response.writeHead(behaviour).end();
    else behaviour(response, message);
  };
  const listener = (request: IncomingMessage, response: ServerResponse): void =>
    void handle(request, response).catch(() => response.destroy());
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closeAfterAllTests(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  const scheme = tls === undefined ? 'http' : 'https';
  return {
    ...{ port, messages, url: `${scheme}://127.0.0.1:${String(port)}/hooks` },
    behave: (next) => {
      behaviour = next;
    },
  };
};
