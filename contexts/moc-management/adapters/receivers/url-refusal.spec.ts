import { expect } from 'chai';
import { urlRefusal } from './url-refusal.ts';

const REFUSALS: Readonly<Record<string, RegExp>> = {
  'http://example.com/': /https/,
  'ftp://example.com/': /https/,
  'file:///etc/passwd': /https/,
  'javascript:alert(1)': /https/,
  'https://user@example.com/': /user/,
  'https://:secret@example.com/': /user/,
  'https://example.com/#part': /fragment/,
  'https://example.com:22/': /port/,
  'https://example.com:9000/': /port/,
  'https://localhost/': /host/,
  'https://localhost./': /host/,
  'https://LOCALHOST/': /host/,
  'https://intranet/': /host/,
  'https://metadata.google.internal/': /host/,
  'https://printer.local/': /host/,
  'https://127.0.0.1/': /address/,
  'https://127.1/': /address/,
  'https://2130706433/': /address/,
  'https://0x7f.0.0.1/': /address/,
  'https://0177.0.0.1/': /address/,
  'https://169.254.169.254/latest/meta-data/': /address/,
  'https://[::1]/': /address/,
  'https://[::ffff:127.0.0.1]/': /address/,
  'https://[64:ff9b::7f00:1]/': /address/,
  'https://①②⑦.0.0.1/': /address/,
  'not a URL': /no URL/,
};

describe('refusing URLs of webhooks', () => {
  for (const [url, reason] of Object.entries(REFUSALS))
    it(`refuses ${url}`, () => {
      expect(urlRefusal('public')(url)).to.match(reason);
    });

  it('accepts public https URLs', () => {
    for (const url of ['https://example.com/hooks?for=me', 'https://example.com:8443/', 'https://8.8.8.8/'])
      expect(urlRefusal('public')(url), url).to.equal(undefined);
  });

  it('accepts http and private hosts where any target may be, and still no password', () => {
    expect(urlRefusal('any')('http://127.0.0.1:3000/')).to.equal(undefined);
    expect(urlRefusal('any')('http://a:b@127.0.0.1:3000/')).to.match(/user/);
    expect(urlRefusal('any')('ftp://127.0.0.1/')).to.match(/https/);
  });
});
