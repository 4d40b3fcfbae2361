import type { RequestHandler } from 'express';

/** How long a client that is still sending may go on once it has been answered. */
const DISCARD_MS = 2_000;

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
