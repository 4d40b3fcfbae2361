import { expect } from 'chai';
import type { Instant } from '@lego-moc/kernel/message';
import { signedForms } from './signed-form.ts';
import { signedQueries } from './signed-query.ts';

const SECRET = Buffer.from('a secret for this test');
const NOON = '2026-01-01T12:00:00.000Z' as Instant;
const ONE_PM = '2026-01-01T13:00:00.000Z' as Instant;

const at = (now: Instant) => signedForms(SECRET, () => now);
const options = { mediaType: 'text/csv', size: 5, expiresAt: ONE_PM };

describe('a signed form', () => {
  it('allows what was signed until it expires', () => {
    const fields = at(NOON).sign('incoming/1', options);
    expect(at(NOON).verify(fields)).to.deep.equal({ key: 'incoming/1', mediaType: 'text/csv', size: 5 });
    expect(at(ONE_PM).verify(fields)).to.equal('expired');
  });

  for (const change of [
    { key: 'incoming/2' },
    { 'Content-Type': 'text/html' },
    { policy: Buffer.from('["incoming/1","text/csv",9,"2027-01-01T00:00:00.000Z"]').toString('base64url') },
    { signature: 'x' },
    { signature: '' },
  ])
    it(`is refused with ${JSON.stringify(change).slice(0, 40)}`, () => {
      expect(at(NOON).verify({ ...at(NOON).sign('incoming/1', options), ...change })).to.equal('tampered');
    });

  it('is refused without fields, under another secret, and with the signature of a URL', () => {
    const fields = at(NOON).sign('incoming/1', options);
    expect(at(NOON).verify({})).to.equal('tampered');
    expect(signedForms(Buffer.from('another'), () => NOON).verify(fields)).to.equal('tampered');
    const { query } = signedQueries(SECRET, () => NOON).sign('incoming/1', { expiresInS: 60 });
    const signature = new URLSearchParams(query).get('signature') ?? '';
    expect(at(NOON).verify({ ...fields, signature })).to.equal('tampered');
  });
});
