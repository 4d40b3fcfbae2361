import type { Request } from 'express';
import { ZodError } from 'zod';
import { StreamMoved } from '@lego-moc/application/event-streams';
import { problem, ProblemError, type FieldError, type ProblemReply } from './problem.ts';

/** How long a client should wait for a store that is being restarted. */
const RETRY_AFTER = { 'retry-after': '5' };
/** The request that won the race has finished by then. */
const RETRY_SOON = { 'retry-after': '1' };

/** Errors of building blocks that this one does not import, by their names. */
const OUTAGES = new Set([
  'EventStoreUnavailable',
  'DatabaseUnavailable',
  'ServiceUnavailable',
  'ObjectStoreUnavailable',
]);

/** Error codes of PostgreSQL and of sockets for a temporary outage. */
const OUTAGE_CODES =
  /^(08\w{3}|57014|57P0[123]|53\w{3}|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EHOSTUNREACH|CONNECTION_ENDED)$/;

const memberOf = (error: unknown, name: string): unknown =>
  typeof error === 'object' && error !== null ? (error as Record<string, unknown>)[name] : undefined;

const pointerOf = (path: readonly PropertyKey[]): string =>
  path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

const fieldErrors = ({ issues }: ZodError): readonly FieldError[] =>
  issues.map(({ path, message }) => ({ pointer: pointerOf(path), detail: message }));

const isOutage = (error: unknown): boolean => {
  if (!(error instanceof Error)) return false;
  const code = memberOf(error, 'code');
  if (OUTAGES.has(error.name) || (typeof code === 'string' && OUTAGE_CODES.test(code))) return true;
  return error.cause !== undefined && error.cause !== error && isOutage(error.cause);
};

const FULL_DISK_CODES = new Set(['ENOSPC', 'EDQUOT']);
const STORAGE_FULL = problem(507, 'storage-full', 'There is no room to store this at the moment. Try again later.', {
  headers: { 'retry-after': '60' },
});

/** The client's body broke while it was passed on to another service. */
const brokenBodyProblem = (error: unknown): ProblemReply | undefined => {
  if (!(error instanceof Error) || error.name !== 'RequestBodyFailed') return undefined;
  return error.cause instanceof ProblemError
    ? error.cause.reply
    : problem(400, 'body-incomplete', 'The body ended before it was complete. Send it again.');
};

/** The problem for each body-parser error, by its `type`; see the table in its README. */
const BODY_PROBLEMS: Readonly<Record<string, ProblemReply>> = {
  'entity.too.large': problem(413, 'body-too-large', 'The body is larger than this route takes.'),
  'entity.parse.failed': problem(400, 'malformed-json', 'The body is not valid JSON.'),
  'encoding.unsupported': problem(415, 'encoding-not-supported', 'That Content-Encoding is not supported.'),
  'charset.unsupported': problem(415, 'charset-not-supported', 'JSON comes in UTF-8.'),
  'request.aborted': problem(400, 'request-aborted', 'The request ended before its body was complete.'),
  'request.size.invalid': problem(400, 'content-length-wrong', 'The body is not as long as Content-Length said.'),
};

const bodyParserProblem = (error: unknown): ProblemReply | undefined => BODY_PROBLEMS[String(memberOf(error, 'type'))];

const fullDiskProblem = (error: unknown): ProblemReply | undefined =>
  FULL_DISK_CODES.has(String(memberOf(error, 'code'))) ? STORAGE_FULL : undefined;

/** Errors of Express that are marked as the client's fault; a status alone may be that of another service's answer. */
const statusOfExpress = (error: unknown): number | undefined => {
  const status = memberOf(error, 'status');
  return memberOf(error, 'expose') === true && typeof status === 'number' && status >= 400 && status < 500
    ? status
    : undefined;
};

/** The problem for anything thrown in a route. An unknown error becomes an opaque 500: its text may hold secrets. */
export const problemFor = (error: unknown, request: Request): ProblemReply => {
  if (error instanceof ProblemError) return error.reply;
  const clientProblem = brokenBodyProblem(error) ?? bodyParserProblem(error) ?? fullDiskProblem(error);
  if (clientProblem !== undefined) return clientProblem;
  if (error instanceof ZodError)
    return problem(400, 'invalid-request', 'Some fields are not as they should be.', { errors: fieldErrors(error) });
  if (error instanceof StreamMoved)
    return request.get('if-match') === undefined
      ? problem(409, 'conflict', 'Someone else changed this at the same moment. Read it again and retry.', {
          headers: RETRY_SOON,
        })
      : problem(412, 'revision-moved', 'This has changed since the revision that If-Match names.');
  if (isOutage(error))
    return problem(503, 'temporarily-unavailable', 'A part of the platform is not reachable. Try again shortly.', {
      headers: RETRY_AFTER,
    });
  if (error instanceof URIError) return problem(400, 'malformed-path', 'The path is not correctly percent-encoded.');
  const status = statusOfExpress(error);
  if (status !== undefined) return problem(status, 'bad-request', 'The request could not be understood.');
  return problem(500, 'internal-error', 'Something went wrong on our side. The correlation id names this request.');
};
