import { closeAfterAllTests } from '@lego-moc/testing/mocha-hooks';
import { breachesOf, type Answered, type Document } from './as-documented.ts';

type Judge = (answered: Answered) => readonly string[];

const judges = new Map<string, Judge>();
const found: string[] = [];
const plainFetch = globalThis.fetch;

const bodyOf = async (reply: Response, mediaType: string | undefined): Promise<unknown> => {
  if (mediaType === undefined || !/[/+]json$/.test(mediaType)) return undefined;
  // An answer that is cut off is the test's business.
  return reply
    .clone()
    .json()
    .catch(() => undefined);
};

const answered = async (method: string, url: URL, reply: Response): Promise<Answered | undefined> => {
  const mediaType = reply.headers.get('content-type')?.split(';', 1)[0];
  const body = await bodyOf(reply, mediaType);
  if (body === undefined && mediaType !== undefined && /[/+]json$/.test(mediaType)) return undefined;
  return { method, path: url.pathname, status: reply.status, mediaType, body };
};

const witnessed: typeof fetch = async (input, init) => {
  const reply = await plainFetch(input, init);
  const url = new URL(input instanceof Request ? input.url : String(input));
  const judge = judges.get(url.origin);
  if (judge === undefined) return reply;
  const method = init?.method ?? (input instanceof Request ? input.method : 'GET');
  const seen = await answered(method, url, reply);
  const breaches = seen === undefined ? [] : judge(seen);
  if (breaches.length === 0) return reply;
  const said = `${method} ${url.pathname} ${String(reply.status)}: ${breaches.join('; ')}`;
  found.push(said);
  throw new Error(`An answer breaks what /docs/openapi.json promises: ${said}`);
};

/** Where tests go on by themselves after a failed request, the breach fails the run all the same. */
const complain = (): Promise<void> =>
  found.length === 0
    ? Promise.resolve()
    : Promise.reject(new Error(`Answers broke what /docs/openapi.json promises:\n${found.join('\n')}`));

/**
 * From now on each answer that a test gets from this gateway by `fetch` is held against the document that the gateway
 * gives its public; one that is not as promised is an error.
 */
export const witness = async (gatewayUrl: string): Promise<void> => {
  if (globalThis.fetch === plainFetch) {
    globalThis.fetch = witnessed;
    closeAfterAllTests(complain);
  }
  const document = (await (await plainFetch(`${gatewayUrl}/docs/openapi.json`)).json()) as Document;
  judges.set(new URL(gatewayUrl).origin, breachesOf(document));
};
