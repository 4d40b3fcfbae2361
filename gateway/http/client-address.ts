import { isIP } from 'node:net';

const groupsOf = (half: string): readonly string[] => (half === '' ? [] : half.split(':'));

/** The first four groups of an IPv6 address, expanded. */
const network64 = (address: string): string => {
  const [head = '', tail] = (address.split('%', 1)[0] ?? '').split('::');
  const before = groupsOf(head);
  const behind = groupsOf(tail ?? '');
  const missingGroups = tail === undefined ? 0 : Math.max(8 - before.length - behind.length, 0);
  const groups = [...before, ...Array.from({ length: missingGroups }, () => '0'), ...behind];
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
};

/** The key that limits count by: an IPv4 address, or the /64 that one IPv6 customer has to itself. */
export const limitedAddress = (address: string): string =>
  isIP(address) === 6 ? `${network64(address)}::/64` : address;

/** Loopback and private networks: the platform's own machines and metrics scrapers. */
export const isInternal = (address: string): boolean =>
  /^(127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)/.test(address) || address === '::1' || /^f[cd]/i.test(address);
