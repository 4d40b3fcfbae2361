import { BlockList, isIP, isIPv6 } from 'node:net';

type Range = readonly [network: string, prefix: number];

/** What the registry of special-purpose addresses of the IANA (RFC 6890) and multicast leave out of the public internet. */
const SPECIAL_IPV4: readonly Range[] = [
  ['0.0.0.0', 8], // this network
  ['10.0.0.0', 8], // private
  ['100.64.0.0', 10], // behind the NAT of a carrier, and metadata of some clouds
  ['127.0.0.0', 8], // loopback
  ['169.254.0.0', 16], // link-local, and metadata of most clouds
  ['172.16.0.0', 12], // private
  ['192.0.0.0', 24], // protocol assignments
  ['192.0.2.0', 24], // documentation
  ['192.31.196.0', 24], // AS112
  ['192.52.193.0', 24], // AMT
  ['192.88.99.0', 24], // former 6to4 relays
  ['192.168.0.0', 16], // private
  ['192.175.48.0', 24], // AS112
  ['198.18.0.0', 15], // benchmarks
  ['198.51.100.0', 24], // documentation
  ['203.0.113.0', 24], // documentation
  ['224.0.0.0', 4], // multicast
  ['240.0.0.0', 4], // reserved, and broadcast
];

/** Within 2000::/3. What lies outside is no public unicast: loopback, link-local, unique local, NAT64, mapped IPv4 … */
const SPECIAL_IPV6: readonly Range[] = [
  ['2001::', 23], // protocol assignments, such as Teredo and ORCHID
  ['2001:db8::', 32], // documentation
  ['2002::', 16], // 6to4, which hides an IPv4 address
  ['2620:4f:8000::', 48], // AS112
  ['3fff::', 20], // documentation
];

const specialAddresses = new BlockList();
for (const [network, prefix] of SPECIAL_IPV4) specialAddresses.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of SPECIAL_IPV6) specialAddresses.addSubnet(network, prefix, 'ipv6');

const globalUnicast = new BlockList();
globalUnicast.addSubnet('2000::', 3, 'ipv6');

/** Whether an IP address belongs to somebody on the public internet; false for whatever is no address. */
export const isPublicAddress = (address: string): boolean => {
  if (isIP(address) === 0) return false;
  if (isIPv6(address)) return globalUnicast.check(address, 'ipv6') && !specialAddresses.check(address, 'ipv6');
  return !specialAddresses.check(address, 'ipv4');
};
