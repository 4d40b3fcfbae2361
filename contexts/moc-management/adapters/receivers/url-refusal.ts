import { isIP } from 'node:net';
import { isPublicAddress } from './public-addresses.ts';

/** Where messages may go: to the public internet, or, for development and tests, anywhere. */
export type Targets = 'public' | 'any';

/** Of https, and the port that servers without root rights commonly use for it. */
const PORTS = ['', '443', '8443'];

/** Names that no public server has (RFC 6761, RFC 8375 and the private-use name of ICANN). */
const PRIVATE_NAME = /(^|\.)(localhost|local|internal|home\.arpa|onion|test|invalid)$/;

/** The host of a URL as `net` takes it: without the brackets of IPv6, and without a final dot. */
export const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');

/** Why a host is none on the public internet, by its name or address alone. */
export const hostRefusal = (host: string): string | undefined => {
  if (isIP(host) !== 0) return isPublicAddress(host) ? undefined : 'the address is not a public one';
  return !host.includes('.') || PRIVATE_NAME.test(host) ? 'the host is not a public one' : undefined;
};

/** Why no message may be sent to a URL; `undefined` when one may. What its name resolves to is checked at each connection. */
export const urlRefusal =
  (targets: Targets) =>
  (text: string): string | undefined => {
    const url = URL.parse(text);
    if (url === null) return 'it is no URL';
    if (url.username !== '' || url.password !== '') return 'user and password have no place in it';
    if (url.hash !== '') return 'a fragment is never sent';
    if (targets === 'any') return /^https?:$/.test(url.protocol) ? undefined : 'it begins with https://';
    if (url.protocol !== 'https:') return 'it begins with https://';
    if (!PORTS.includes(url.port)) return 'the port is 443 or 8443';
    return hostRefusal(hostOf(url));
  };
