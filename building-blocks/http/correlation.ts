import type { IncomingMessage } from 'node:http';
import { newId } from '@lego-moc/application/new-id';

/** Long enough for every tracing system's ids, without characters that could break a header or a log line. */
const SANE = /^[A-Za-z0-9._:-]{8,128}$/;

const ID = Symbol('correlation id');
type MessageWithId = IncomingMessage & { [ID]?: string };

/**
 * The request's correlation id: the caller's `X-Correlation-Id` when it is valid, a fresh one otherwise. Stable per
 * request.
 */
export const correlationIdOf = (request: MessageWithId): string => {
  const before = request[ID];
  if (before !== undefined) return before;
  const header = request.headers['x-correlation-id'];
  return (request[ID] = typeof header === 'string' && SANE.test(header) ? header : newId());
};
