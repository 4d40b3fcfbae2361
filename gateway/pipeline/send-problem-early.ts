import type { IncomingMessage, ServerResponse } from 'node:http';
import { problemMessage, sendProblem, type ProblemReply } from '@lego-moc/http/problem';

/** How long a client that is still sending may take to notice that it has been answered. */
const LINGER_MS = 2_000;

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;

/**
 * Answers with a problem. A client still sending its body gets the answer at once, and then a moment in which what it
 * sends is read and thrown away: closing on unread bytes would reset the connection and lose the answer with it.
 */
export const sendProblemEarly = (request: IncomingMessage, response: ServerResponse, reply: ProblemReply): void => {
  const isSending = hasBody(request) && !request.complete && !request.destroyed;
  if (!isSending || response.headersSent) {
    sendProblem(request, response, reply);
    return;
  }
  const { headers, body } = problemMessage(request, reply);
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
