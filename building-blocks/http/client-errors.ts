import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { STATUS_CODES } from 'node:http';
import { newId } from '@lego-moc/application/new-id';
import type { Logger } from '@lego-moc/logger/logger';
import { problem, PROBLEM_JSON, type ProblemReply } from './problem.ts';

const MALFORMED_REQUEST = problem(400, 'malformed-request', 'This is not a well-formed HTTP request.');

/** By the codes of Node's HTTP parser. */
const PROBLEMS: Readonly<Record<string, ProblemReply>> = {
  HPE_HEADER_OVERFLOW: problem(
    431,
    'headers-too-large',
    'The header fields are too large: the gateway takes 16 KiB in all.',
  ),
  HPE_CHUNK_EXTENSIONS_OVERFLOW: problem(413, 'chunk-extensions-too-large', 'The chunk extensions are too large.'),
  ERR_HTTP_REQUEST_TIMEOUT: problem(408, 'request-too-slow', 'The request did not arrive in time.'),
};

const message = ({ status, body }: ProblemReply, correlationId: string): string => {
  const json = JSON.stringify({ ...body, correlationId });
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    `Content-Type: ${PROBLEM_JSON}`,
    `Content-Length: ${Buffer.byteLength(json)}`,
    `X-Correlation-Id: ${correlationId}`,
    'Connection: close',
    '',
    json,
  ].join('\r\n');
};

const RESPONSE = Symbol('answer');
type Connection = Socket & { [RESPONSE]?: ServerResponse };

/**
 * Remembers the answer in flight on a connection: the problem for a broken request behind it must not be written into
 * it. Of pipelined requests, the first one's answer has the connection; the others wait for it.
 */
export const trackResponse = (response: ServerResponse): void => {
  const track = (connection: Connection): void => {
    connection[RESPONSE] = response;
  };
  if (response.socket === null) response.once('socket', track);
  else track(response.socket);
};

/**
 * Answers with a problem to bytes that never became a request: broken syntax, oversized headers, a client that is too
 * slow. Writes an access log line as for a request. Call `noteAnswer` for each request.
 */
export const answerClientErrors = (server: Server, logger: Logger): void => {
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Connection) => {
    const response = socket[RESPONSE];
    const inMidAnswer = response !== undefined && response.headersSent && !response.writableFinished;
    if (error.code === 'ECONNRESET' || !socket.writable || inMidAnswer) {
      socket.destroy();
      return;
    }
    const correlationId = newId();
    const reply = PROBLEMS[error.code ?? ''] ?? MALFORMED_REQUEST;
    logger.info('no request', {
      status: reply.status,
      reason: error.code,
      client: socket.remoteAddress,
      correlationId,
    });
    socket.end(message(reply, correlationId), () => socket.destroy());
  });
};
