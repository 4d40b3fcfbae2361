import { closeAfterAllTests } from '@lego-moc/testing/mocha-hooks';
import { breachesOf, type HttpAnswer, type Document } from './as-documented.ts';

type Checker = (answer: HttpAnswer) => readonly string[];

const checkers = new Map<string, Checker>();
const breaches: string[] = [];
const plainFetch = globalThis.fetch;

const bodyOf = async (reply: Response, mediaType: string | undefined): Promise<unknown> => {
  if (mediaType === undefined || !/[/+]json$/.test(mediaType)) return undefined;
  // A truncated answer is the concern of the test that caused it.
  return reply
    .clone()
    .json()
    .catch(() => undefined);
};

const parseAnswer = async (method: string, url: URL, reply: Response): Promise<HttpAnswer | undefined> => {
  const mediaType = reply.headers.get('content-type')?.split(';', 1)[0];
  const body = await bodyOf(reply, mediaType);
  if (body === undefined && mediaType !== undefined && /[/+]json$/.test(mediaType)) return undefined;
  return { method, path: url.pathname, status: reply.status, mediaType, body };
};

const checkedFetch: typeof fetch = async (input, init) => {
  const reply = await plainFetch(input, init);
  const url = new URL(input instanceof Request ? input.url : String(input));
  const checker = checkers.get(url.origin);
  if (checker === undefined) return reply;
  const method = init?.method ?? (input instanceof Request ? input.method : 'GET');
  const answer = await parseAnswer(method, url, reply);
  const reasons = answer === undefined ? [] : checker(answer);
  if (reasons.length === 0) return reply;
  const breach = `${method} ${url.pathname} ${String(reply.status)}: ${reasons.join('; ')}`;
  breaches.push(breach);
  throw new Error(`An answer breaks what /docs/openapi.json promises: ${breach}`);
};

/** A mismatch fails the run even where the test swallows the error of its request. */
const failOnBreaches = (): Promise<void> =>
  breaches.length === 0
    ? Promise.resolve()
    : Promise.reject(new Error(`Answers broke what /docs/openapi.json promises:\n${breaches.join('\n')}`));

/**
 * Compares each answer that a test gets from this gateway by `fetch` with the gateway's public OpenAPI document; a
 * mismatch is an error.
 */
export const checkAgainstOpenApi = async (gatewayUrl: string): Promise<void> => {
  if (globalThis.fetch === plainFetch) {
    globalThis.fetch = checkedFetch;
    closeAfterAllTests(failOnBreaches);
  }
  const document = (await (await plainFetch(`${gatewayUrl}/docs/openapi.json`)).json()) as Document;
  checkers.set(new URL(gatewayUrl).origin, breachesOf(document));
};
