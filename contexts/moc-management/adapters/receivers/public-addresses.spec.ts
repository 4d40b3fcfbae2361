import { expect } from 'chai';
import { isPublicAddress } from './public-addresses.ts';

const SPECIAL = {
  'this network': ['0.0.0.0', '0.1.2.3', '::'],
  loopback: ['127.0.0.1', '127.255.255.254', '::1'],
  private: ['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', 'fc00::1', 'fd12:3456::1', 'fec0::1'],
  'link-local and metadata': ['169.254.0.1', '169.254.169.254', 'fe80::1', 'fd00:ec2::254', '100.100.100.200'],
  'behind a carrier’s NAT': ['100.64.0.1', '100.127.255.255'],
  'IPv4 in IPv6': [
    '::ffff:127.0.0.1',
    '::ffff:10.0.0.1',
    '::ffff:8.8.8.8',
    '::ffff:7f00:1',
    '::127.0.0.1',
    '::8.8.8.8',
  ],
  NAT64: ['64:ff9b::7f00:1', '64:ff9b::8.8.8.8', '64:ff9b:1::10.0.0.1'],
  '6to4 and Teredo': ['2002:7f00:1::', '2002:808:808::1', '2001:0:53aa:64c::1'],
  multicast: ['224.0.0.1', '239.255.255.255', 'ff02::1', 'ff0e::1'],
  'reserved, broadcast, discard': ['240.0.0.1', '255.255.255.255', '100::1', '5f00::1'],
  'documentation, benchmarks': ['192.0.2.1', '198.51.100.1', '203.0.113.1', '198.19.0.1', '2001:db8::1', '3fff::1'],
  'no address at all': ['', 'localhost', 'example.com', '127.1', '0x7f000001', '2130706433', '1.2.3', '::1%lo'],
};

const PUBLIC = [
  '8.8.8.8',
  '1.1.1.1',
  '100.63.255.255',
  '172.32.0.1',
  '192.167.0.1',
  '223.255.255.254',
  '2606:4700::1111',
  '2a00:1450:4001::1',
];

describe('telling public addresses', () => {
  for (const [kind, addresses] of Object.entries(SPECIAL))
    it(`denies ${kind}`, () => {
      for (const address of addresses) expect(isPublicAddress(address), address).to.equal(false);
    });

  it('finds those of the public internet', () => {
    for (const address of PUBLIC) expect(isPublicAddress(address), address).to.equal(true);
  });
});
