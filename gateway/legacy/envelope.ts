import type { IncomingHttpHeaders } from 'node:http';
import { PROBLEM_JSON, problemMessage, type FieldError, type Problem } from '@lego-moc/http/problem';
import type { AnswerAdapter, Rewritten } from '../proxy/exchange.ts';

/** How the monolith says that something went wrong. */
export type ErrorEnvelope = {
  readonly status: number;
  readonly error: string;
  readonly message: string;
  readonly details?: readonly unknown[];
};

const CODES: Readonly<Record<number, string>> = {
  401: 'UNAUTHORIZED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  409: 'CONFLICT',
};

const codeFor = (status: number): string => CODES[status] ?? (status >= 500 ? 'INTERNAL_ERROR' : 'VALIDATION_ERROR');

const detailOf = ({ pointer, detail }: FieldError) => ({
  field: pointer.replace(/^\//, '').replaceAll('/', '.'),
  message: detail,
});

/** A problem in the monolith's words. */
export const envelopeOf = ({ status, detail, errors }: Problem): ErrorEnvelope => ({
  ...{ status, error: codeFor(status), message: detail },
  ...(errors === undefined ? {} : { details: errors.map(detailOf) }),
});

const CONTENT_TYPE = 'application/json; charset=utf-8';

/** The wire form of a problem for clients of the monolith's contract. */
export const envelopeMessage: typeof problemMessage = (request, reply) => {
  const body = JSON.stringify(envelopeOf(reply.body));
  const length = Buffer.byteLength(body);
  const { headers } = problemMessage(request, reply);
  return { headers: { ...headers, 'content-type': CONTENT_TYPE, 'content-length': length }, body };
};

const toEnvelope = (body: Buffer): Rewritten => ({
  contentType: CONTENT_TYPE,
  body: JSON.stringify(envelopeOf(JSON.parse(body.toString()) as Problem)),
});

/** What is believed of the monolith's headers: what describes a body. It sets no cookie and no policy through us. */
const BODY_HEADERS = new Set([
  ...['content-type', 'content-length', 'content-encoding', 'content-language', 'content-disposition'],
  ...['cache-control', 'etag', 'last-modified', 'vary', 'retry-after', 'allow', 'accept-ranges', 'content-range'],
]);

const believedHeaders = (headers: IncomingHttpHeaders): IncomingHttpHeaders =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => BODY_HEADERS.has(name)));

/** Answers of the monolith pass as they are, without the headers that it has no say in. */
export const monolithAnswers: AnswerAdapter = { passedHeaders: believedHeaders };

/** Headers of services that no answer of the monolith has. */
const PLATFORM_ONLY = new Set(['location', 'etag', 'idempotency-replayed']);

/** Answers of a service to a client of the monolith's contract: its problems become envelopes. */
export const serviceAnswers: AnswerAdapter = {
  passedHeaders: (headers) => Object.fromEntries(Object.entries(headers).filter(([name]) => !PLATFORM_ONLY.has(name))),
  rewriter: (_status, headers) => (headers['content-type']?.startsWith(PROBLEM_JSON) === true ? toEnvelope : undefined),
};
