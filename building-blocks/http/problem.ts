import type { IncomingMessage, ServerResponse } from 'node:http';
import { correlationIdOf } from './correlation.ts';

/** One invalid field: `pointer` is a JSON pointer into the body, or a parameter's name. */
export type FieldError = { readonly pointer: string; readonly detail: string };

/** RFC 9457. `type` is stable and made for programs, `detail` is a sentence made for people. */
export type Problem = {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance?: string;
  readonly correlationId?: string;
  readonly errors?: readonly FieldError[];
  readonly [member: string]: unknown;
};

export type ProblemReply = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Problem;
};

export type ProblemExtra = {
  readonly errors?: readonly FieldError[];
  readonly headers?: Readonly<Record<string, string>>;
  /** Extension members of the problem, e.g. `{ limit: 1048576 }`. */
  readonly members?: Readonly<Record<string, unknown>>;
};

export const PROBLEM_JSON = 'application/problem+json';

const titleOf = (code: string): string => {
  const words = code.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
};

/** A refusal: `code` is a stable kebab-case name, `detail` a sentence for the caller. */
export const problem = (status: number, code: string, detail: string, extra: ProblemExtra = {}): ProblemReply => ({
  status,
  headers: { 'content-type': PROBLEM_JSON, ...extra.headers },
  body: {
    type: `urn:lego-moc:problem:${code}`,
    title: titleOf(code),
    status,
    detail,
    ...extra.members,
    ...(extra.errors === undefined ? {} : { errors: extra.errors }),
  },
});

/** The code within a problem's `type`. */
export const codeOf = ({ type }: { readonly type: string }): string => type.slice(type.lastIndexOf(':') + 1);

/** Carries a problem out of code that cannot return one (a middleware, a parser). */
export class ProblemError extends Error {
  readonly reply: ProblemReply;

  constructor(reply: ProblemReply) {
    super(reply.body.detail);
    this.name = 'Refused';
    this.reply = reply;
  }
}

/** Throws the problem; for middlewares and parsers. */
export const refuse = (status: number, code: string, detail: string, extra?: ProblemExtra): never => {
  throw new ProblemError(problem(status, code, detail, extra));
};

const pathOf = (request: IncomingMessage): string => {
  const url = 'originalUrl' in request ? String(request.originalUrl) : (request.url ?? '/');
  const query = url.indexOf('?');
  return query === -1 ? url : url.slice(0, query);
};

/** The wire form of a problem, with `instance` and `correlationId`. */
export const problemMessage = (
  request: IncomingMessage,
  reply: ProblemReply,
): { readonly headers: Readonly<Record<string, string | number>>; readonly body: string } => {
  const correlationId = correlationIdOf(request);
  const body = JSON.stringify({ ...reply.body, instance: pathOf(request), correlationId });
  return {
    headers: {
      ...reply.headers,
      'content-length': Buffer.byteLength(body),
      'cache-control': 'no-store',
      'x-correlation-id': correlationId,
    },
    body,
  };
};

/**
 * Writes the problem. Works on Express and on bare Node responses. Once an answer has begun its connection is cut
 * instead, so that the client sees that it is incomplete.
 */
export const sendProblem = (request: IncomingMessage, response: ServerResponse, reply: ProblemReply): void => {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const { headers, body } = problemMessage(request, reply);
  response.writeHead(reply.status, headers);
  response.end(request.method === 'HEAD' ? undefined : body);
};
