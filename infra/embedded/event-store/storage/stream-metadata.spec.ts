import { expect } from 'chai';
import { END } from './event-log.ts';
import { isSoftDeleted, parseStreamMetadata, withTruncateBefore } from './stream-metadata.ts';

const parse = (text: string) => parseStreamMetadata(Buffer.from(text));

describe('reading stream metadata', () => {
  it('takes limits and access lists', () => {
    const text = '{"$maxCount":5,"$maxAge":60,"$tb":7,"$acl":{"$r":"ada","$w":["$admins","bob"]},"mine":1}';
    expect(parse(text)).to.deep.equal({
      maxCount: 5n,
      maxAgeSeconds: 60n,
      truncateBefore: 7n,
      acl: { read: ['ada'], write: ['$admins', 'bob'] },
    });
  });

  it('takes malformed metadata for none', () => {
    for (const text of ['', '{', '[]', '7', '"text"', 'null']) expect(parse(text)).to.deep.equal({});
  });

  it('passes over values that make no sense', () => {
    expect(parse('{"$maxCount":0,"$maxAge":-1,"$tb":"x","$acl":[]}')).to.deep.equal({});
  });

  it('recognises a deletion, whose number no double holds', () => {
    expect(isSoftDeleted(parse('{"$tb":9223372036854775807}'))).to.equal(true);
    expect(isSoftDeleted(parse('{"$tb":9223372036854774000}'))).to.equal(false);
    expect(isSoftDeleted({})).to.equal(false);
  });
});

describe('writing the truncation into stream metadata', () => {
  it('writes a deletion to the last digit', () => {
    expect(withTruncateBefore(undefined, END)).to.equal('{"$tb":9223372036854775807}');
  });

  it('keeps what else the user wrote', () => {
    const written = Buffer.from('{"$tb":9223372036854775807,"$maxCount":3,"mine":{"deep":[1,"two"]}}');
    expect(withTruncateBefore(written, 4n)).to.equal('{"$maxCount":3,"mine":{"deep":[1,"two"]},"$tb":4}');
  });

  it('starts afresh from malformed metadata', () => {
    expect(withTruncateBefore(Buffer.from('{oops'), 4n)).to.equal('{"$tb":4}');
  });
});
