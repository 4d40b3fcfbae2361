import { createHmac } from 'node:crypto';
import type { SourceKey } from '../../application/ports/price-source.ts';

/** Of a GET without a body; the URL has the query. `nonce` is unique among requests of one second (RFC 5849 section 3.3). */
export type RequestToSign = { readonly url: URL; readonly timestampS: number; readonly nonce: string };

/** Percent-encoding by RFC 3986, as RFC 5849 section 3.6 has it: encodeURIComponent leaves five characters more. */
const encode = (text: string): string =>
  encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );

const compare = (some: string, other: string): number => (some < other ? -1 : some > other ? 1 : 0);

/** RFC 5849 section 3.4.1.3.2: sorted by encoded name, then by encoded value. */
const normalise = (parameters: Iterable<readonly [string, string]>): string =>
  Array.from(parameters, ([name, value]): readonly [string, string] => [encode(name), encode(value)])
    .sort(([name, value], [otherName, otherValue]) => compare(name, otherName) || compare(value, otherValue))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');

/**
 * The Authorization header of a GET by OAuth 1.0a with HMAC-SHA1 (RFC 5849), which is all that BrickLink takes.
 * `realm` is BrickLink's empty one.
 */
export const signRequest = (
  { consumerKey, consumerSecret, token, tokenSecret }: SourceKey,
  { url, timestampS, nonce }: RequestToSign,
): string => {
  const oauth: readonly (readonly [string, string])[] = [
    ['oauth_consumer_key', consumerKey],
    ['oauth_token', token],
    ['oauth_signature_method', 'HMAC-SHA1'],
    ['oauth_timestamp', String(timestampS)],
    ['oauth_nonce', nonce],
    ['oauth_version', '1.0'],
  ];
  const place = `${url.origin}${url.pathname}`;
  const text = ['GET', encode(place), encode(normalise([...url.searchParams, ...oauth]))].join('&');
  const signature = createHmac('sha1', `${encode(consumerSecret)}&${encode(tokenSecret)}`)
    .update(text)
    .digest('base64');
  const signedParameters = [...oauth, ['oauth_signature', signature] as const];
  return `OAuth realm="",${signedParameters.map(([name, value]) => `${name}="${encode(value)}"`).join(',')}`;
};
