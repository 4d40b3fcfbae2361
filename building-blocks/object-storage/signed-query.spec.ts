import { expect } from 'chai';
import fc from 'fast-check';
import type { Instant } from '@lego-moc/kernel/message';
import { signedQueries } from './signed-query.ts';

const noon = '2026-01-01T12:00:00.000Z' as Instant;
const later = '2026-01-01T12:05:00.000Z' as Instant;

let now = noon;
const queries = signedQueries(Buffer.from('a secret for this test'), () => now);
const parseQuery = (query: string): Record<string, string> => Object.fromEntries(new URLSearchParams(query));

describe('signing a download', () => {
  beforeEach(() => {
    now = noon;
  });

  it('grants what was signed', () => {
    const { query, expiresAt } = queries.sign('a/b', {
      expiresInS: 300,
      mediaType: 'application/pdf',
      downloadName: 'Å & b.pdf',
      sha256: 'ab12',
    });
    expect(expiresAt).to.equal(later);
    expect(queries.verify('a/b', parseQuery(query))).to.deep.equal({
      mediaType: 'application/pdf',
      downloadName: 'Å & b.pdf',
      sha256: 'ab12',
    });
  });

  it('expires at the second it was signed for', () => {
    const query = parseQuery(queries.sign('a/b', { expiresInS: 300 }).query);
    now = '2026-01-01T12:04:59.999Z' as Instant;
    expect(queries.verify('a/b', query)).to.deep.equal({});
    now = later;
    expect(queries.verify('a/b', query)).to.equal('expired');
  });

  it('is valid for one key', () => {
    const { query } = queries.sign('a/b', { expiresInS: 300 });
    expect(queries.verify('a/c', parseQuery(query))).to.equal('tampered');
  });

  it('is valid for one secret', () => {
    const { query } = queries.sign('a/b', { expiresInS: 300 });
    expect(signedQueries(Buffer.from('another secret'), () => now).verify('a/b', parseQuery(query))).to.equal(
      'tampered',
    );
  });

  it('detects each parameter changed, added, removed or repeated', () => {
    const signedQuery = parseQuery(queries.sign('a/b', { expiresInS: 300, mediaType: 'text/csv' }).query);
    const { signature, ...unsignedQuery } = signedQuery;
    for (const query of [
      { ...signedQuery, expires: '9999999999' },
      { ...signedQuery, expires: `${signedQuery['expires'] ?? ''} ` },
      { ...signedQuery, mediaType: 'text/html' },
      { ...signedQuery, downloadName: 'x.html' },
      { ...signedQuery, signature: '' },
      { ...signedQuery, signature: [signature] },
      { ...signedQuery, expires: [signedQuery['expires'], '9'] },
      unsignedQuery,
      {},
    ])
      expect(queries.verify('a/b', query)).to.equal('tampered');
  });

  it('detects swapped parameters', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (first, second) => {
        const query = parseQuery(queries.sign('k', { expiresInS: 1, mediaType: first, downloadName: second }).query);
        const { mediaType, downloadName, ...rest } = query;
        fc.pre(mediaType !== downloadName);
        expect(queries.verify('k', { ...rest, mediaType: downloadName, downloadName: mediaType })).to.equal('tampered');
      }),
    );
  });
});
