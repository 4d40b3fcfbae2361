import type { IncomingHttpHeaders } from 'node:http';
import { isIP, isIPv4 } from 'node:net';

/** The origin of a request, as the gateway or a trusted proxy saw it. */
export type RequestOrigin = {
  /** An address, or `unknown` when the proxy does not name one. */
  readonly client: string;
  /** The protocol of the client. */
  readonly protocol: 'http' | 'https';
};

const UNKNOWN = 'unknown';

/** An IPv6 address in brackets or an IPv4 address, perhaps with a port. */
const ADDRESS_AND_PORT = /^(?:\[([\da-f:.]{2,45})\]|([\d.]{7,15}))(?::\d{1,5})?$/i;

const MAPPED_IPV4 = /^::ffff:(?=\d+\.)/i;

/** An IPv4 address written as IPv6 is the same machine. */
const withoutMapping = (address: string): string => {
  if (isIPv4(address)) return address;
  const bare = address.replace(MAPPED_IPV4, '');
  return isIPv4(bare) ? bare : address;
};

const addressIn = (item: string): string => {
  if (isIP(item) !== 0) return withoutMapping(item);
  const [, inBrackets, bare = ''] = ADDRESS_AND_PORT.exec(item) ?? [];
  const address = inBrackets ?? bare;
  return isIP(address) === 0 ? UNKNOWN : withoutMapping(address);
};

/** The element that the outermost trusted proxy appended to a list; anyone may have written those before it. */
const trustedItem = (field: string | string[] | undefined, trustedProxies: number): string | undefined =>
  String(field ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
    .slice(-trustedProxies)[0];

/**
 * The client's address and protocol: from `X-Forwarded-For` and `X-Forwarded-Proto` as far as `trustedProxies` proxies
 * appended to them, else from the socket. No other field is read: a client can write any of them.
 */
export const requestOrigin = (
  socketAddress: string | undefined,
  headers: IncomingHttpHeaders,
  trustedProxies: number,
): RequestOrigin => {
  const peer = withoutMapping(socketAddress ?? '');
  if (trustedProxies === 0) return { client: peer, protocol: 'http' };
  const item = trustedItem(headers['x-forwarded-for'], trustedProxies);
  const protocol = trustedItem(headers['x-forwarded-proto'], trustedProxies)?.toLowerCase();
  return { client: item === undefined ? peer : addressIn(item), protocol: protocol === 'https' ? 'https' : 'http' };
};
