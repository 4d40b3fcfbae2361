import { isIP, isIPv4 } from 'node:net';

/** An IPv4 address written as IPv6 is the same machine. */
const plain = (address: string): string => {
  if (isIPv4(address)) return address;
  const trimmed = address.trim().replace(/^\[(.*)\](?::\d+)?$/, '$1');
  return /^::ffff:\d+\.\d+\.\d+\.\d+$/i.test(trimmed) ? trimmed.slice(7) : trimmed;
};

/**
 * Whose request it is. With `trustedProxies` proxies of ours before us, that many entries at the end of
 * X-Forwarded-For were written by machines we know; whatever stands before them the client may have made up.
 */
export const clientAddress = (
  socketAddress: string | undefined,
  forwardedFor: string | undefined,
  trustedProxies: number,
): string => {
  if (trustedProxies === 0 || forwardedFor === undefined) return plain(socketAddress ?? '');
  const hops = [...forwardedFor.split(',').map(plain), plain(socketAddress ?? '')];
  const claimed = hops[Math.max(hops.length - 1 - trustedProxies, 0)] ?? '';
  return isIP(claimed) === 0 ? plain(socketAddress ?? '') : claimed;
};

const groupsOf = (half: string): readonly string[] => (half === '' ? [] : half.split(':'));

/** The first four groups of an IPv6 address, expanded. */
const network64 = (address: string): string => {
  const [head = '', tail] = (address.split('%', 1)[0] ?? '').split('::');
  const before = groupsOf(head);
  const behind = groupsOf(tail ?? '');
  const missing = tail === undefined ? 0 : Math.max(8 - before.length - behind.length, 0);
  const groups = [...before, ...Array.from({ length: missing }, () => '0'), ...behind];
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
};

/** What limits count by: an IPv4 address, or the /64 that one IPv6 customer has to itself. */
export const limitedAddress = (address: string): string =>
  isIP(address) === 6 ? `${network64(address)}::/64` : address;

/** Loopback and private networks: our own machines and those who scrape them. */
export const isInternal = (address: string): boolean =>
  /^(127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)/.test(address) || address === '::1' || /^f[cd]/i.test(address);
