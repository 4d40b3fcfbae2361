import { expect } from 'chai';
import { END } from './event-log.ts';
import { isSoftDeleted, parseStreamMetadata, withTruncateBefore } from './stream-metadata.ts';

const parse = (text: string) => parseStreamMetadata({ data: Buffer.from(text), contentType: 'application/json' });

describe('reading stream metadata', () => {
  it('reads limits and access lists', () => {
    const text = '{"$maxCount":5,"$maxAge":60,"$tb":7,"$acl":{"$r":"ada","$w":["$admins","bob"]},"mine":1}';
    expect(parse(text)).to.deep.equal({
      maxCount: 5n,
      maxAgeSeconds: 60n,
      truncateBefore: 7n,
      acl: { read: ['ada'], write: ['$admins', 'bob'] },
    });
  });

  it('treats malformed metadata as none', () => {
    for (const text of ['', '{', '[]', '7', '"text"', 'null']) expect(parse(text)).to.deep.equal({});
  });

  it('ignores a number that is not positive, and keeps the rest', () => {
    const validFields = { maxAgeSeconds: 60n, acl: { read: ['ada'] } };
    for (const setting of ['"$maxCount":0', '"$maxCount":-5', '"$tb":-1', '"$cacheControl":0']) {
      expect(parse(`{${setting},"$maxAge":60,"$acl":{"$r":"ada"}}`), setting).to.deep.equal(validFields);
    }
    for (const setting of ['"$maxAge":0', '"$maxAge":-1']) {
      expect(parse(`{${setting},"$maxCount":5,"$tb":0}`), setting).to.deep.equal({ maxCount: 5n, truncateBefore: 0n });
    }
  });

  it('returns none at all when a value has a wrong type', () => {
    for (const setting of [
      '"$maxCount":"5"',
      '"$maxCount":1.5',
      '"$maxAge":null',
      '"$tb":"x"',
      '"$tb":9223372036854775808',
      '"$acl":[]',
      '"$acl":null',
      '"$acl":{"$r":7}',
      '"$acl":{"$w":["ada",7]}',
      '"$acl":{"$x":"ada"}',
    ]) {
      expect(parse(`{"$maxCount":5,"mine":"\\u0020",${setting}}`), setting).to.deep.equal({});
    }
  });

  it('returns none at all when the event is not marked as JSON', () => {
    const data = Buffer.from('{"$maxCount":5}');
    expect(parseStreamMetadata({ data, contentType: 'application/octet-stream' })).to.deep.equal({});
  });

  it('recognises a deletion by its number, which no double can represent', () => {
    expect(isSoftDeleted(parse('{"$tb":9223372036854775807}'))).to.equal(true);
    expect(isSoftDeleted(parse('{"$tb":9223372036854774000}'))).to.equal(false);
    expect(isSoftDeleted({})).to.equal(false);
  });
});

describe('writing the truncation into stream metadata', () => {
  it('writes a deletion to the last digit', () => {
    expect(withTruncateBefore(undefined, END)).to.equal('{"$tb":9223372036854775807}');
  });

  it('keeps the other fields of the user', () => {
    const userMetadata = Buffer.from('{"$tb":9223372036854775807,"$maxCount":3,"mine":{"deep":[1,"two"]}}');
    expect(withTruncateBefore(userMetadata, 4n)).to.equal('{"$maxCount":3,"mine":{"deep":[1,"two"]},"$tb":4}');
  });

  it('drops malformed metadata', () => {
    expect(withTruncateBefore(Buffer.from('{oops'), 4n)).to.equal('{"$tb":4}');
  });
});
