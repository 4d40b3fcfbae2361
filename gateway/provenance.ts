import type { IncomingHttpHeaders } from 'node:http';
import { isIP, isIPv4 } from 'node:net';
import { forwardedElement, lastItems } from './forwarded.ts';

/** The proxies of ours that every request comes through, and the field in which they say for whom. */
export type TrustedProxies = { readonly count: number; readonly write: 'x-forwarded-for' | 'forwarded' };

/** Where a request comes from, as far as we or a proxy of ours saw it. */
export type Provenance = {
  /** An address, or `unknown` when the proxy that knows it keeps it to itself. */
  readonly client: string;
  /** What the client spoke. */
  readonly protocol: 'http' | 'https';
};

const UNKNOWN = 'unknown';

/** An address in brackets or an IPv4 address, perhaps with a port, which may be obfuscated (RFC 7239 section 6). */
const NODE = /^(?:\[([\da-f:.]+)\]|([\d.]+))(?::(?:\d{1,5}|_[\w.-]+))?$/i;

/** An IPv4 address written as IPv6 is the same machine. */
const plain = (address: string): string => {
  if (isIPv4(address)) return address;
  return /^::ffff:\d+\.\d+\.\d+\.\d+$/i.test(address) ? address.slice(7) : address;
};

const addressOf = (node: string): string => {
  const [, inBrackets, bare = ''] = NODE.exec(node) ?? [];
  const address = inBrackets ?? bare;
  return isIP(address) === 0 ? UNKNOWN : plain(address);
};

const protocolOf = (named: string | undefined): Provenance['protocol'] =>
  named?.toLowerCase() === 'https' ? 'https' : 'http';

const whole = (field: string | string[] | undefined): string =>
  Array.isArray(field) ? field.join(',') : (field ?? '');

/** What the outermost of our proxies wrote into a field to which each of them adds; whatever comes before, anyone may have. */
const outermost = (field: string | string[] | undefined, { count }: TrustedProxies): string | undefined =>
  lastItems(whole(field), ',', count)[0];

/**
 * Who asks, and how, by the word of our own proxies; whose word is missing came from nearer, and is known by its socket.
 * Only the field that they write is read: any other comes as the client wrote it.
 */
export const provenanceOf = (
  socketAddress: string | undefined,
  headers: IncomingHttpHeaders,
  trusted: TrustedProxies,
): Provenance => {
  const peer = plain(socketAddress ?? '');
  if (trusted.count === 0) return { client: peer, protocol: 'http' };

  if (trusted.write === 'x-forwarded-for') {
    const node = outermost(headers['x-forwarded-for'], trusted) ?? peer;
    return {
      client: isIP(node) === 0 ? addressOf(node) : plain(node),
      protocol: protocolOf(outermost(headers['x-forwarded-proto'], trusted)),
    };
  }
  const element = outermost(headers['forwarded'], trusted);
  if (element === undefined) return { client: peer, protocol: 'http' };
  const said = forwardedElement(element);
  return { client: addressOf(said.get('for') ?? UNKNOWN), protocol: protocolOf(said.get('proto')) };
};
