import { generateKeyPairSync, verify } from 'node:crypto';
import { expect } from 'chai';
import type { Instant } from '@lego-moc/kernel/message';
import { withCloudFrontUrls } from './cloudfront-urls.ts';
import { memoryObjectStore } from './testing/memory-object-store.ts';

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const NOON_S = Date.parse('2026-01-01T12:00:00Z') / 1_000;

const store = withCloudFrontUrls(
  memoryObjectStore(),
  {
    domain: 'files.example.org',
    keyPairId: 'K2JCJMDEHXQW5F',
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  },
  () => '2026-01-01T12:00:00.000Z' as Instant,
);

/** CloudFront's own alphabet for base64 in URLs. */
const decode = (text: string): Buffer =>
  Buffer.from(text.replaceAll('-', '+').replaceAll('_', '=').replaceAll('~', '/'), 'base64');

/** Whether CloudFront would serve the URL: the signature of its canned policy is by our key. */
const isSigned = (url: string): boolean => {
  const [base = ''] = url.split(/[?&]Expires=/u);
  const { searchParams } = new URL(url);
  const condition = { DateLessThan: { 'AWS:EpochTime': Number(searchParams.get('Expires')) } };
  const policy = JSON.stringify({ Statement: [{ Resource: base, Condition: condition }] });
  return verify('RSA-SHA1', Buffer.from(policy), publicKey, decode(searchParams.get('Signature') ?? ''));
};

const optionsOf = { expiresInS: 300, mediaType: 'text/csv', downloadName: 'räder.csv' };

describe('URLs signed for CloudFront', () => {
  it('lead below the prefix of the store', async () => {
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const options = { domain: 'files.example.org', keyPairId: 'K2JCJMDEHXQW5F', privateKey: pem, prefix: 'files/' };
    const belowPrefix = withCloudFrontUrls(memoryObjectStore(), options, () => '2026-01-01T12:00:00.000Z' as Instant);
    expect(new URL((await belowPrefix.signedUrl('file-1/a', optionsOf)).url).pathname).to.equal('/files/file-1/a');
  });

  it('are signed by our key for one object, its headers and five minutes', async () => {
    const { url, expiresAt } = await store.signedUrl('file-1/a', optionsOf);
    const { host, pathname, searchParams } = new URL(url);
    expect([host, pathname]).to.deep.equal(['files.example.org', '/file-1/a']);
    expect(Object.fromEntries(searchParams)).to.include({
      'response-content-type': 'text/csv',
      'response-content-disposition': `attachment; filename=r_der.csv; filename*=UTF-8''r%C3%A4der.csv`,
      Expires: String(NOON_S + 300),
      'Key-Pair-Id': 'K2JCJMDEHXQW5F',
    });
    expect(expiresAt).to.equal('2026-01-01T12:05:00.000Z');
    expect(isSigned(url)).to.equal(true);
  });

  for (const [label, change] of [
    ['key', (url: string) => url.replace('file-1/a', 'file-1/b')],
    ['type', (url: string) => url.replace('text%2Fcsv', 'text%2Fhtml')],
    ['expiry', (url: string) => url.replace(`Expires=${NOON_S + 300}`, `Expires=${NOON_S + 900}`)],
  ] as const)
    it(`are worth nothing with another ${label}`, async () => {
      const { url } = await store.signedUrl('file-1/a', optionsOf);
      expect(change(url)).not.to.equal(url);
      expect(isSigned(change(url))).to.equal(false);
    });

  it('are refused for what is no key', () => {
    expect(() => store.signedUrl('../secret', { expiresInS: 300 })).to.throw('is no key');
  });
});
