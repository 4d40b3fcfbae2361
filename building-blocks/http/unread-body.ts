import type { IncomingMessage } from 'node:http';
import type { RequestHandler } from 'express';

/** How long a client that is still sending may continue after its answer. */
const DISCARD_MS = 2_000;

/**
 * Reads and discards the rest of a refused request for `limitMs`; then closes the connection. Many clients read an
 * answer only when they have sent everything, and closing a socket with unread bytes can lose the answer.
 */
export const discardRest = (request: IncomingMessage, limitMs = DISCARD_MS): void => {
  if (request.complete) return;
  const limit = setTimeout(() => request.socket.destroy(), limitMs).unref();
  request.once('close', () => clearTimeout(limit));
  request.resume();
};

/**
 * Replaces a body parser where no route reads bodies: no answer waits for one. The rest of a body is read and discarded
 * for a moment, since closing a socket with unread bytes could lose the answer; then the connection is closed, unless
 * the whole body has arrived.
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
