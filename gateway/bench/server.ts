/** One of the servers that are compared, as a process of its own: `node server.ts KIND UPSTREAM_URL`. */
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { Pool } from 'undici';

const [, , kind = 'upstream', upstreamUrl = 'http://127.0.0.1:1'] = process.argv;

/** 901 bytes, about what one MOC is. */
const BODY = JSON.stringify({ title: 'Harbour crane', text: 'x'.repeat(865) });
const pool = new Pool(upstreamUrl, { connections: 256 });

const passOn: RequestListener = (request, response) => {
  pool.stream(
    { path: request.url ?? '/', method: 'GET', headers: { accept: 'application/json' } },
    ({ statusCode, headers }) => response.writeHead(statusCode, headers),
    (error) => {
      if (error !== null) response.destroy();
    },
  );
};

const KINDS: Record<string, () => RequestListener> = {
  upstream: () => (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': BODY.length }).end(BODY);
  },
  'bare node:http + undici': () => passOn,
  'bare express + undici': () => express().use('/api/mocs', passOn),
};

const listener = KINDS[kind]?.();
if (listener === undefined) throw new Error(`There is no ${kind}`);
const server = createServer(listener).listen(0, '127.0.0.1', () => {
  process.send?.({ port: (server.address() as AddressInfo).port });
});
process.once('disconnect', () => process.exit(0));
