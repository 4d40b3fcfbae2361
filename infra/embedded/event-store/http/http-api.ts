import { createServer, type Server, type ServerResponse } from 'node:http';
import type { EventLog } from '../storage/event-log.ts';

/** The HTTP/1.1 side of the node. */
export const httpApi = (log: EventLog): Server =>
  createServer((request, response) => {
    if (request.url === '/health/live') {
      response.writeHead(204).end();
      return;
    }
    if (request.url === '/stats') {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ lastPosition: log.lastPosition().toString() }));
      return;
    }
    notFound(response);
  });

const notFound = (response: ServerResponse): void => {
  response.writeHead(404, { 'content-type': 'application/problem+json' }).end(JSON.stringify({ title: 'Not found' }));
};
