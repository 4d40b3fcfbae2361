import { isIP } from 'node:net';
import { expect } from 'chai';
import fc from 'fast-check';
import { provenanceOf, type TrustedProxies } from './provenance.ts';

const SOCKET = '10.0.0.2';

/** What a proxy may say of one hop, and the address that it names thereby. */
type Hop = { readonly node: string; readonly address: string };

const address = fc.oneof(
  fc.ipV4(),
  fc.ipV6().filter((text) => !/^(::ffff:|0:0:0:0:0:ffff:)/i.test(text)),
);
const port = fc.oneof(
  fc.constant(''),
  fc.integer({ min: 0, max: 65_535 }).map((number) => `:${number}`),
  fc.constantFrom(':_hidden', ':_a.b-c'),
);
const named: fc.Arbitrary<Hop> = fc
  .tuple(address, port)
  .map(([ip, behind]) => ({ node: (isIP(ip) === 6 ? `[${ip}]` : ip) + behind, address: ip }));
const unnamed: fc.Arbitrary<Hop> = fc
  .constantFrom('unknown', 'Unknown', '_hidden', '_a.b-c', '_SEVKISEK', 'localhost', '1.2.3', '::1::', '[::1')
  .map((node) => ({ node, address: 'unknown' }));
const hop = fc.oneof(named, unnamed);

/** Anything that a field may hold, and more often than by chance what means something in it. */
const anything = fc
  .array(
    fc.oneof(
      fc.constantFrom('"', '\\', ',', ';', '=', 'for=', 'proto=https', ' ', '\t', '\\"'),
      fc.ipV4(),
      fc.string(),
    ),
  )
  .map((parts) => parts.join(''));

const mixedCase = (name: string) =>
  fc
    .array(fc.boolean(), { minLength: name.length, maxLength: name.length })
    .map((upper) => Array.from(name, (letter, at) => (upper[at] === true ? letter.toUpperCase() : letter)).join(''));
const quoted = (text: string) =>
  fc
    .array(fc.boolean(), { minLength: text.length, maxLength: text.length })
    .map(
      (escaped) => `"${Array.from(text, (letter, at) => (escaped[at] === true ? `\\${letter}` : letter)).join('')}"`,
    );
const parameter = (name: string, value: string) =>
  fc
    .tuple(mixedCase(name), /^[\w.]+$/.test(value) ? fc.oneof(fc.constant(value), quoted(value)) : quoted(value))
    .map(([told, said]) => `${told}=${said}`);

/** All ways to write one element that says this. */
const elementOf = ({ node }: Hop, proto: string) =>
  fc
    .tuple(
      parameter('for', node),
      parameter('proto', proto),
      fc.subarray(['by="[2001:db8::9]:1"', 'host="a,b;c\\"d"', 'secret=_x', '']),
      fc.constantFrom(';', '; ', ' ;'),
    )
    .chain(([forWhom, how, more, separator]) =>
      fc
        .shuffledSubarray([forWhom, how, ...more], { minLength: 2 + more.length })
        .map((pairs) => pairs.join(separator)),
    );

const trusting = (count: number, write: TrustedProxies['write']): TrustedProxies => ({ count, write });

describe('telling where a request comes from', () => {
  for (const [socket, field, count, client] of [
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
    it(`takes ${client} from ${socket}, X-Forwarded-For ${String(field)} and ${count} trusted proxies`, () => {
      const headers = field === undefined ? {} : { 'x-forwarded-for': field };
      expect(provenanceOf(socket, headers, trusting(count, 'x-forwarded-for')).client).to.equal(client);
    });

  for (const [field, count, client, protocol] of [
    ['for=192.0.2.60;proto=https;by=203.0.113.43', 1, '192.0.2.60', 'https'],
    ['For="[2001:db8:cafe::17]:4711"', 1, '2001:db8:cafe::17', 'http'],
    ['for=192.0.2.43, for="[2001:db8:cafe::17]"', 1, '2001:db8:cafe::17', 'http'],
    ['for=192.0.2.43;proto=https, for="[2001:db8:cafe::17]"', 2, '192.0.2.43', 'https'],
    ['for=192.0.2.43;proto=https', 2, '192.0.2.43', 'https'],
    ['for=192.0.2.43; Proto="HTTPS"', 1, '192.0.2.43', 'https'],
    ['proto=https', 1, 'unknown', 'https'],
    ['for=_gazonk;proto=https', 1, 'unknown', 'https'],
    ['for=unknown, for=10.0.0.1', 2, 'unknown', 'http'],
    ['for="192.0.2.43:4711"', 1, '192.0.2.43', 'http'],
    ['for="[::ffff:192.0.2.43]:_port"', 1, '192.0.2.43', 'http'],
    ['for="2001:db8::1";proto=https', 1, 'unknown', 'https'],
    ['for=192.0.2.43:4711;proto=https', 1, 'unknown', 'http'],
    ['for = 192.0.2.43;proto=https', 1, 'unknown', 'http'],
    ['for=192.0.2.43;for=192.0.2.44;proto=https', 1, 'unknown', 'http'],
    ['for="192.0.2.43;proto=https', 1, 'unknown', 'http'],
    ['192.0.2.43', 1, 'unknown', 'http'],
    [', ,', 1, SOCKET, 'http'],
    ['for="evil, for=192.0.2.43', 1, '192.0.2.43', 'http'],
    ['for=192.0.2.43;proto=https', 0, SOCKET, 'http'],
  ] as const)
    it(`takes ${client} over ${protocol} from Forwarded ${field} and ${count} trusted proxies`, () => {
      const told = provenanceOf(SOCKET, { forwarded: field }, trusting(count, 'forwarded'));
      expect(told).to.deep.equal({ client, protocol });
    });

  it('takes the protocol from the outermost of our proxies, or from the one that says it for all', () => {
    const protocolOf = (field: string, count: number) =>
      provenanceOf(SOCKET, { 'x-forwarded-proto': field }, trusting(count, 'x-forwarded-for')).protocol;

    expect(protocolOf('http, https, http', 2)).to.equal('https');
    expect(protocolOf('https', 2)).to.equal('https');
    expect(protocolOf('https, http', 1)).to.equal('http');
    expect(protocolOf('https', 0)).to.equal('http');
  });

  it('reads only the field that the proxies write', () => {
    const headers = { forwarded: 'for=192.0.2.1;proto=https', 'x-forwarded-for': '192.0.2.2' };
    expect(provenanceOf(SOCKET, headers, trusting(1, 'forwarded'))).to.deep.equal({
      client: '192.0.2.1',
      protocol: 'https',
    });
    expect(provenanceOf(SOCKET, headers, trusting(1, 'x-forwarded-for'))).to.deep.equal({
      client: '192.0.2.2',
      protocol: 'http',
    });
  });

  const chain = fc.array(hop, { minLength: 1, maxLength: 4 });
  const before = (forged: string | undefined, written: string) =>
    forged === undefined ? written : `${forged}, ${written}`;

  it('is what our proxies say in X-Forwarded-For, whatever a client wrote before them', () => {
    fc.assert(
      fc.property(fc.option(anything, { nil: undefined }), chain, (forged, hops) => {
        const field = before(forged, hops.map(({ node }) => node).join(', '));
        const told = provenanceOf(SOCKET, { 'x-forwarded-for': field }, trusting(hops.length, 'x-forwarded-for'));
        expect(told.client).to.equal(hops[0]?.address);
      }),
    );
  });

  it('is what our proxies say in Forwarded, in whichever way, whatever a client wrote before them', () => {
    const said = fc.record({ hop, protocol: fc.constantFrom('http', 'https') });
    const written = fc
      .array(said, { minLength: 1, maxLength: 4 })
      .chain((all) => fc.tuple(fc.constant(all), ...all.map((one) => elementOf(one.hop, one.protocol))));
    fc.assert(
      fc.property(fc.option(anything, { nil: undefined }), written, (forged, [all, ...elements]) => {
        const field = before(forged, elements.join(', '));
        const told = provenanceOf(SOCKET, { forwarded: field }, trusting(all.length, 'forwarded'));
        expect(told).to.deep.equal({ client: all[0]?.hop.address, protocol: all[0]?.protocol });
      }),
    );
  });

  it('is an address or unknown, whatever comes', () => {
    const write = fc.constantFrom('x-forwarded-for' as const, 'forwarded' as const);
    fc.assert(
      fc.property(anything, fc.nat({ max: 5 }), write, (field, count, which) => {
        const { client } = provenanceOf(SOCKET, { forwarded: field, 'x-forwarded-for': field }, trusting(count, which));
        expect(client === 'unknown' || isIP(client) !== 0).to.equal(true);
      }),
    );
  });
});
