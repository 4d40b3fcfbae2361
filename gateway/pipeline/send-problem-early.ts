import type { IncomingMessage, ServerResponse } from 'node:http';
import { problemMessage, type ProblemReply } from '@lego-moc/http/problem';

/** How long a client that is still sending may take to notice its answer. */
const LINGER_MS = 2_000;

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;

/**
 * Answers with a problem. A client that is still sending its body gets the answer at once, and the gateway reads and
 * discards the body for a moment longer: closing a socket with unread bytes would reset the connection and lose the
 * answer.
 */
export const sendProblemEarly = (
  request: IncomingMessage,
  response: ServerResponse,
  reply: ProblemReply,
  messageOf = problemMessage,
): void => {
  // Once an answer has begun its connection is cut instead, so that the client sees that it is incomplete.
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const { headers, body } = messageOf(request, reply);
  const isSending = hasBody(request) && !request.complete && !request.destroyed;
  if (!isSending) {
    response.writeHead(reply.status, headers).end(request.method === 'HEAD' ? undefined : body);
    return;
  }
  response.writeHead(reply.status, { ...headers, connection: 'close' });
  response.write(body);
  const finish = (): void => {
    clearTimeout(timer);
    response.end();
  };
  const timer = setTimeout(finish, LINGER_MS);
  request.once('end', finish);
  request.once('close', finish);
  request.resume();
};
