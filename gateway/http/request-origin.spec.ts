import { isIP } from 'node:net';
import { expect } from 'chai';
import fc from 'fast-check';
import { requestOrigin } from './request-origin.ts';

const SOCKET = '10.0.0.2';

/** What a proxy may write about one hop, and the address that it names. */
type Hop = { readonly item: string; readonly address: string };

const address = fc.oneof(
  fc.ipV4(),
  fc.ipV6().filter((text) => !/^(::ffff:|0:0:0:0:0:ffff:)/i.test(text)),
);
const port = fc.oneof(
  fc.constant(''),
  fc.integer({ min: 0, max: 65_535 }).map((number) => `:${number}`),
);
const ipHop: fc.Arbitrary<Hop> = fc
  .tuple(address, port)
  .map(([ip, behind]) => ({ item: (isIP(ip) === 6 ? `[${ip}]` : ip) + behind, address: ip }));
const unknownHop: fc.Arbitrary<Hop> = fc
  .constantFrom('unknown', 'Unknown', '_hidden', '_a.b-c', 'localhost', '1.2.3', '::1::', '[::1')
  .map((item) => ({ item, address: 'unknown' }));
const hop = fc.oneof(ipHop, unknownHop);

/** Any field value, with those that have a meaning in it more often than by chance. */
const anything = fc
  .array(fc.oneof(fc.constantFrom('"', '\\', ',', ';', '=', 'for=', ' ', '\t', '::ffff:'), fc.ipV4(), fc.string()))
  .map((parts) => parts.join(''));

describe('requestOrigin', () => {
  for (const [socket, field, trustedProxies, client] of [
    ['198.51.100.1', undefined, 0, '198.51.100.1'],
    ['198.51.100.1', '10.0.0.1', 0, '198.51.100.1'],
    ['::ffff:198.51.100.1', undefined, 0, '198.51.100.1'],
    [SOCKET, '203.0.113.7', 1, '203.0.113.7'],
    [SOCKET, '1.1.1.1, 203.0.113.7', 1, '203.0.113.7'],
    [SOCKET, '1.1.1.1, 203.0.113.7, 10.0.0.1', 2, '203.0.113.7'],
    [SOCKET, '203.0.113.7,, 10.0.0.1,', 2, '203.0.113.7'],
    [SOCKET, '203.0.113.7', 2, '203.0.113.7'],
    [SOCKET, undefined, 1, SOCKET],
    [SOCKET, ' , ', 1, SOCKET],
    [SOCKET, 'unknown', 1, 'unknown'],
    [SOCKET, 'unknown, 10.0.0.1', 2, 'unknown'],
    [SOCKET, '203.0.113.7, unknown', 2, '203.0.113.7'],
    [SOCKET, '203.0.113.7:4711', 1, '203.0.113.7'],
    [SOCKET, '[2001:db8::1]:443', 1, '2001:db8::1'],
    [SOCKET, '2001:db8::1', 1, '2001:db8::1'],
    [SOCKET, '::FFFF:203.0.113.7', 1, '203.0.113.7'],
  ] as const)
    it(`is ${client} for socket ${socket}, X-Forwarded-For ${String(field)} and ${trustedProxies} trusted proxies`, () => {
      const headers = field === undefined ? {} : { 'x-forwarded-for': field };
      expect(requestOrigin(socket, headers, trustedProxies).client).to.equal(client);
    });

  it('takes the protocol from the outermost trusted proxy, or from the only one that names it', () => {
    const protocolOf = (field: string, trustedProxies: number) =>
      requestOrigin(SOCKET, { 'x-forwarded-proto': field }, trustedProxies).protocol;

    expect(protocolOf('http, https, http', 2)).to.equal('https');
    expect(protocolOf('https', 2)).to.equal('https');
    expect(protocolOf('https, http', 1)).to.equal('http');
    expect(protocolOf('https', 0)).to.equal('http');
  });

  it('ignores Forwarded', () => {
    const headers = { forwarded: 'for=192.0.2.1;proto=https', 'x-forwarded-for': '192.0.2.2' };
    expect(requestOrigin(SOCKET, headers, 1)).to.deep.equal({ client: '192.0.2.2', protocol: 'http' });
  });

  it('is the address that the trusted proxies wrote, whatever a client wrote before them', () => {
    fc.assert(
      fc.property(
        fc.option(anything, { nil: undefined }),
        fc.array(hop, { minLength: 1, maxLength: 4 }),
        (prefix, hops) => {
          const suffix = hops.map(({ item }) => item).join(', ');
          const field = prefix === undefined ? suffix : `${prefix}, ${suffix}`;
          expect(requestOrigin(SOCKET, { 'x-forwarded-for': field }, hops.length).client).to.equal(hops[0]?.address);
        },
      ),
    );
  });

  it('is an address or unknown for any field', () => {
    fc.assert(
      fc.property(anything, fc.nat({ max: 5 }), (field, trustedProxies) => {
        const { client } = requestOrigin(SOCKET, { 'x-forwarded-for': field }, trustedProxies);
        expect(client === 'unknown' || isIP(client) !== 0).to.equal(true);
      }),
    );
  });
});
