import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import OAuth from 'oauth-1.0a';
import { closeAfterAllTests } from '@lego-moc/testing/mocha-hooks';
import type { SourceKey } from '../application/ports/price-source.ts';

/** How the real one fails: by status, in the envelope of a 200, not at all in time, or with a page of its load balancer. */
export type Failure =
  'none' | 'http-500' | 'html-503' | 'http-429' | 'meta-429' | 'meta-500' | 'ip-mismatch' | 'silent' | 'no-json';

export type BrickLinkStub = {
  readonly url: string;
  /** The calls that were answered, by item and query. */
  readonly calls: readonly string[];
  /** The next calls fail like this, until it is changed. */
  fail: Failure;
  /** The answer for an item, in BrickLink's own words; without one the item is unknown. */
  readonly put: (path: string, guide: object) => void;
};

export const STUB_KEY: SourceKey = {
  consumerKey: 'ck-ada',
  consumerSecret: 'cs+secret/&=',
  token: 'tk-ada',
  tokenSecret: 'ts*secret!',
};

const oauth = new OAuth({
  consumer: { key: STUB_KEY.consumerKey, secret: STUB_KEY.consumerSecret },
  signature_method: 'HMAC-SHA1',
  hash_function: (text, key) => createHmac('sha1', key).update(text).digest('base64'),
});

const headerFields = (header: string): Record<string, string> =>
  Object.fromEntries(
    [...header.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, decodeURIComponent(value)]),
  );

const send = (response: ServerResponse, code: number, message: string, data: object = {}, status = 200): void => {
  response.writeHead(status, { 'content-type': 'application/json;charset=UTF-8' });
  response.end(JSON.stringify({ meta: { description: message, message, code }, data }));
};

/** BrickLink's store API as far as price guides go; signatures are checked by another implementation than ours. */
export const brickLinkStub = async (): Promise<BrickLinkStub> => {
  const guides = new Map<string, object>();
  const nonces = new Set<string>();
  const calls: string[] = [];
  let origin = '';

  const isSigned = (request: IncomingMessage): boolean => {
    const { oauth_signature: signature, ...fields } = headerFields(request.headers.authorization ?? '');
    delete fields['realm'];
    if (fields['oauth_consumer_key'] !== STUB_KEY.consumerKey || fields['oauth_token'] !== STUB_KEY.token) return false;
    const nonce = `${String(fields['oauth_timestamp'])} ${String(fields['oauth_nonce'])}`;
    if (nonces.has(nonce)) return false;
    nonces.add(nonce);
    const signedRequest = { url: `${origin}${request.url ?? ''}`, method: 'GET' };
    return oauth.getSignature(signedRequest, STUB_KEY.tokenSecret, fields as unknown as OAuth.Data) === signature;
  };

  const FAILURES: { readonly [F in Exclude<Failure, 'none'>]: (response: ServerResponse) => void } = {
    'http-500': (response) => send(response, 500, 'INTERNAL_SERVER_ERROR', {}, 500),
    'html-503': (response) => {
      response.writeHead(503, { 'content-type': 'text/html' }).end('<html>Service Unavailable</html>');
    },
    'http-429': (response) => {
      response.writeHead(429, { 'content-type': 'text/html' }).end('Too many requests');
    },
    'meta-429': (response) => send(response, 429, 'TOO_MANY_REQUESTS'),
    'meta-500': (response) => send(response, 500, 'INTERNAL_SERVER_ERROR'),
    'ip-mismatch': (response) => send(response, 401, 'TOKEN_IP_MISMATCHED'),
    silent: () => undefined,
    'no-json': (response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Maintenance</html>');
    },
  };

  const stub = {
    url: '',
    calls,
    fail: 'none' as Failure,
    put: (path: string, guide: object) => void guides.set(path, guide),
  };

  const server = createServer((request, response) => {
    if (stub.fail !== 'none') {
      FAILURES[stub.fail](response);
      return;
    }
    if (!isSigned(request)) {
      send(response, 401, 'BAD_OAUTH_REQUEST');
      return;
    }
    const call = (request.url ?? '').replace('/api/store/v1', '');
    calls.push(call);
    const guide = guides.get(call);
    if (guide === undefined) send(response, 404, 'RESOURCE_NOT_FOUND');
    else send(response, 200, 'OK', guide);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closeAfterAllTests(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  stub.url = `${origin}/api/store/v1`;
  return stub;
};

/** A price guide as BrickLink answers it, with one of its offers misspelt as it is there. */
export const priceGuide = (change: object = {}): object => ({
  item: { no: '3006', type: 'PART' },
  ...{ new_or_used: 'N', currency_code: 'EUR', min_price: '0.0500', max_price: '3.4290' },
  ...{ avg_price: '0.5332', qty_avg_price: '0.3653', unit_quantity: 3, total_quantity: 100 },
  price_detail: [
    { quantity: 60, unit_price: '0.3000', shipping_available: true },
    { qunatity: 30, unit_price: '0.4000', shipping_available: true },
    { quantity: 10, qunatity: 10, unit_price: '3.4290', shipping_available: false },
  ],
  ...change,
});
