import type { IncomingMessage } from 'node:http';
import type { RequestHandler } from 'express';

/** How long a client that is still sending may go on once it has been answered. */
const DISCARD_MS = 2_000;

/**
 * Reads and discards what a client still sends after it was refused, for `limitMs`; then the connection is closed. Many
 * clients read an answer only when they have sent everything, and closing on unread bytes can lose the answer.
 */
export const discardRest = (request: IncomingMessage, limitMs = DISCARD_MS): void => {
  if (request.complete) return;
  const limit = setTimeout(() => request.socket.destroy(), limitMs).unref();
  request.once('close', () => clearTimeout(limit));
  request.resume();
};

/**
 * Stands in for a parser where nothing reads bodies: no answer waits for one. What still comes is read and thrown away
 * for a moment, since closing on unread bytes could lose the answer; then the connection is closed, unless all has come.
 */
export const discardUnreadBody: RequestHandler = (request, response, next) => {
  response.once('finish', () => {
    if (request.complete) return;
    setTimeout(() => {
      if (!request.complete) request.socket.destroy();
    }, DISCARD_MS).unref();
  });
  next();
};
